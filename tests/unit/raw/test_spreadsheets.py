"""CSV for people: no text of a customer is run as a formula, and no number becomes a text."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from assets.raw.spreadsheets import as_cell, write_csv
from tests.unit.raw.naughty import FORMULAS, NAUGHTY

ROOT = Path(__file__).resolve().parents[3]
SIGNS = "=+-@＝＋－＠\t\r\n"


def cell(text: str) -> str:
    return duckdb.execute(f"select {as_cell('$1')}", [text]).fetchall()[0][0]


@pytest.mark.parametrize("text", [*(text for text in FORMULAS if text[0] != "%"), "\n=1", "-"])
def test_a_formula_becomes_a_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", [" =1+1", "\u3000＝1", "\ufeff=1", "\u200b@SUM(A1)", "\u00a0+1"])
def test_blanks_in_front_do_not_hide_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "a@example.com", "中=文", " 1", "'=1", "(=1)"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


def test_a_text_that_is_missing_stays_missing() -> None:
    assert duckdb.execute(f"select {as_cell('null::varchar')}").fetchall() == [(None,)]


def test_a_file_for_people(tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute(
        'create table t as select $1 as text, -1.50::decimal(18,2) as amount, -7 as "=n", '
        "date '2017-12-31' as day, ['=1'] as list, -0.5::double as ratio",
        ["=1+1"],
    ).fetchall()
    file = tmp_path / "t.csv"
    file.touch(0o644)
    write_csv(con, "select * from t", file)
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "Chinese Excel needs the mark"
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header == ["text", "amount", "'=n", "day", "list", "ratio"]
    assert row[:2] == ["'=1+1", str(Decimal("-1.50"))]
    assert row[2:] == ["-7", str(date(2017, 12, 31)), "['=1']", "-0.5"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [it.name for it in tmp_path.iterdir()] == ["t.csv"]


def test_no_naughty_string_begins_like_a_formula_in_a_file(tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute("create table t (place bigint, text varchar)").fetchall()
    con.executemany("insert into t values (?, ?)", list(enumerate(NAUGHTY))).fetchall()
    write_csv(con, "select * from t order by place", tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_bytes().decode("utf-8-sig")
    cells = [row[1] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert [it.removeprefix("'") if it not in NAUGHTY else it for it in cells] == NAUGHTY
    assert not [it for it in cells if it and it[0] in SIGNS]


def test_csv_is_written_here_only() -> None:
    """What else writes CSV in the pipeline would hand formulas on."""
    writes = re.compile(r"csv\.(writer|DictWriter)|format csv|to_csv|write_csv\(", re.IGNORECASE)
    found = {
        file.relative_to(ROOT).as_posix()
        for folder in ("assets", "pipelines", "expectations")
        for file in (ROOT / folder).rglob("*.py")
        if writes.search(file.read_text(encoding="utf-8"))
    }
    assert found == {
        "assets/raw/spreadsheets.py",
        "assets/raw/quarantine.py",
        "assets/audiences/export.py",
        # Writes a delivered file anew without somebody; it stays what its source delivered.
        "assets/privacy/erasure/rewrite_text.py",
    }
