"""Rows of quarantine, mended by a person and taken back: every load adds up, again and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.raw import quarantine, replay
from assets.raw.load import main as load
from assets.raw.mends import mends_file
from pipelines.runtime.builds import Build

CONTRACT = """
source: shop
description: A shop
objects:
  things:
    description: One row per thing
    path: things.csv
    format: csv
    columns:
      - {name: id, type: bigint}
      - {name: label, header: 名称, type: varchar}
      - {name: amount, type: "decimal(18,2)", min: 0}
    key: [id]
    money: [amount]
    max_quarantined_ratio: 0.5
"""
HEADER = "id,名称,amount\n"
SECRET = "13800138000"


class Company:
    """A drop folder, an instance with one build, and the three commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        for name in ("sources", "data"):
            (folder / name).mkdir()
        (folder / "sources" / "shop.yml").write_text(CONTRACT, encoding="utf-8")
        (folder / "company.env").write_text("", encoding="utf-8")

    @property
    def env(self) -> dict[str, str]:
        return {
            "C360_ENV_FILE": str(self.folder / "company.env"),
            "C360_HOME": str(self.folder / "var"),
            "C360_SOURCES": str(self.folder / "sources"),
            "C360_DATA": str(self.folder / "data"),
            "C360_TIMEZONE": "Asia/Shanghai",
            "C360_REPORTING_CURRENCY": "CNY",
            "C360_FIRST_DATE": "2017-01-01",
            "C360_AS_OF": "2017-01-31",
        }

    @property
    def mends(self) -> Path:
        return mends_file(self.folder / "var", "shop", "things")

    def load(self, content: str | None = None) -> list[tuple[Any, ...]]:
        """The raw rows after a load; that the accounts add up is checked each time."""
        if content is not None:
            (self.folder / "data" / "things.csv").write_text(content, encoding="utf-8")
        folder = self.folder / "var" / "builds" / "night"
        assert load(["--build", str(folder), "--only", "shop"]) == 0
        with Build(folder).connect() as con:
            (landed,) = con.execute("select * from vault.accounting.landed").fetchall()
            _, _, read, loaded, refused, _, _, money_read, money_loaded, money_refused, _ = landed
            assert read == loaded + refused
            assert money_read == money_loaded + money_refused
            return con.execute(
                "select id, label, amount, _file, _position from vault.raw.shop__things order by 5"
            ).fetchall()

    def quarantine(self) -> list[dict[str, Any]]:
        """The rows of quarantine, as they are written out."""
        arguments = ["--object", "shop.things", "--out", str(self.out)]
        assert quarantine.main(arguments) == 0
        text = (self.out / "shop.things.ndjson").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def replay(self, *entries: dict[str, Any]) -> int:
        file = self.folder / "mended.ndjson"
        file.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
        return replay.main([str(file)])


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    made = Company(tmp_path)
    for name, value in made.env.items():
        monkeypatch.setenv(name, value)
    return made


def mended(entry: dict[str, Any], **payload: Any) -> dict[str, Any]:
    kept = {k: v for k, v in entry["payload"].items() if k not in ("_overflow", "_line")}
    return entry | {"payload": kept | payload}


def told(capsys: pytest.CaptureFixture[str]) -> str:
    (line,) = capsys.readouterr().err.splitlines()
    assert SECRET not in line
    return line


def test_the_list_counts_by_reason_and_holds_no_values(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    company.load(f"{HEADER}1,a,2\nx{SECRET},b,1\ny{SECRET},b,1\n4,c\n5,d,1\n")
    capsys.readouterr()
    assert quarantine.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "build night: 3 rows in quarantine"
    assert lines[2] == "shop.things: 60.000% of its rows, above the limit of 50.000%"
    assert lines[3].split(maxsplit=2) == ["2", "wrong_type", "column id is no bigint"]
    assert lines[4].split()[:2] == ["1", "too_few_fields"]
    assert SECRET not in "".join(lines)


def test_rows_are_written_for_the_owner_only_and_never_into_the_publication(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    company.load(f"{HEADER}1,a,2\nx,b,1\n")
    (entry,) = company.quarantine()
    assert (entry["file"], entry["position"], entry["rule"]) == ("things.csv", 2, "wrong_type")
    assert entry["payload"] == {"id": "x", "名称": "b", "amount": "1"}
    file = company.out / "shop.things.ndjson"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    company.quarantine()
    assert file.stat().st_mode & 0o777 == 0o600
    publish = company.folder / "var" / "publish"
    capsys.readouterr()
    for folder in (publish, publish / "deep" / "er", company.folder / "var/x/../publish"):
        assert quarantine.main(["--object", "shop.things", "--out", str(folder)]) == 2
        assert "readers see this folder" in told(capsys)
    assert quarantine.main(["--object", "shop.things"]) == 2
    assert "go together" in told(capsys)


def test_a_mended_row_takes_its_place_in_every_load_from_then_on(company: Company) -> None:
    content = f"{HEADER}1,a,2\nx,b,1.25\n3,c\n4,d,5\n"
    assert len(company.load(content)) == 2
    wrong, narrow = company.quarantine()
    assert company.replay(mended(wrong, id="2"), mended(narrow, amount="7.50")) == 0
    rows = company.load()
    assert [(row[0], row[1], str(row[2])) for row in rows] == [
        (1, "a", "2.00"),
        (2, "b", "1.25"),
        (3, "c", "7.50"),
        (4, "d", "5.00"),
    ]
    assert [row[3:] for row in rows] == [("things.csv", n) for n in (1, 2, 3, 4)]
    assert company.load() == rows
    assert company.quarantine() == []
    assert company.mends.stat().st_mode & 0o777 == 0o600
    assert company.mends.parent.stat().st_mode & 0o777 == 0o700


def test_a_doubtful_row_can_be_taken_as_it_is(company: Company) -> None:
    company.load(f'{HEADER}1,5" pipe,2\n2,b,3\n')
    (entry,) = company.quarantine()
    assert entry["rule"] == "stray_quote"
    assert company.replay(mended(entry)) == 0
    assert [row[1] for row in company.load()] == ['5" pipe', "b"]


def test_a_mend_belongs_to_the_content_it_was_made_for(company: Company) -> None:
    company.load(f"{HEADER}1,a,2\nx,b,1\n")
    assert company.replay(mended(company.quarantine()[0], id="2")) == 0
    assert len(company.load(f"{HEADER}1,a,2\nx,b,1\n3,c,3\n")) == 2, "another delivery"
    assert len(company.load(f"{HEADER}1,a,2\nx,b,1\n")) == 2, "the first content once more"


def test_a_mended_row_with_a_key_that_is_taken_is_refused_and_can_be_mended_again(
    company: Company,
) -> None:
    company.load(f"{HEADER}1,a,2\nx,b,1\n")
    assert company.replay(mended(company.quarantine()[0], id="1")) == 0
    assert [row[0] for row in company.load()] == [1]
    (entry,) = company.quarantine()
    assert entry["rule"] == "duplicate_key"
    assert company.replay(mended(entry, id="2")) == 0
    assert [row[0] for row in company.load()] == [1, 2]
    assert company.quarantine() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda it: it | {"position": 9}, "line 1: names no row of this build's quarantine"),
        (lambda it: it | {"fingerprint": "0"}, "line 1: names no row of this build's quarantine"),
        (lambda it: it | {"object": "shop.x"}, "shop.x: no contract declares this object"),
        (lambda it: it | {"payload": [SECRET]}, "line 1: payload is no JSON object"),
        (lambda it: it | {"secret": SECRET}, "line 1 is no row as `make quarantine` writes it"),
        (lambda it: mended(it, _line=SECRET), "line 1: payload still holds _overflow or _line"),
        (lambda it: mended(it, **{SECRET: 1}), "line 1: payload has 1 keys that are no column"),
        (lambda it: mended(it, id=SECRET[:3] + "x"), "line 1: is still refused, wrong_type: colu"),
        (lambda it: mended(it, id=2, amount="-1"), "below_minimum: column amount is below 0"),
    ],
)
def test_a_wrong_line_is_told_and_nothing_is_kept(
    change: Callable[[dict[str, Any]], dict[str, Any]],
    expected: str,
    company: Company,
    capsys: pytest.CaptureFixture[str],
) -> None:
    company.load(f"{HEADER}1,a,2\nx{SECRET},b,1\n")
    (entry,) = company.quarantine()
    capsys.readouterr()
    assert company.replay(change(entry)) == 2
    assert expected in told(capsys)
    assert not company.mends.exists()


def test_rows_given_twice_are_told(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    company.load(f"{HEADER}1,a,2\nx,b,1\ny,c,1\n")
    first, second = company.quarantine()
    capsys.readouterr()
    assert company.replay(mended(first, id=2), mended(first, id=3)) == 2
    assert "line 2: is the same row as line 1" in told(capsys)
    assert company.replay(mended(first, id=2)) == 0
    capsys.readouterr()
    assert company.replay(mended(second, id=3), mended(first, id=2)) == 2
    assert "line 2: this row was mended before" in told(capsys)
    assert company.replay() == 2
    assert "holds no row" in told(capsys)
    assert len(company.load()) == 2


def test_there_must_be_a_build(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert quarantine.main([]) == 2
    assert "run `make run` first" in told(capsys)
    assert quarantine.main(["--build", "nowhere"]) == 2
    assert "BUILD=nowhere: no vault.duckdb there" in told(capsys)


LINES = st.sampled_from(
    ["1,a,2.00", "x,b,1", "3,c", "4,d,5,6", "5,e,-1", ",f,1", "1,z,9", '6,g"h,7', "id,名称,amount"]
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=st.lists(LINES, min_size=1, max_size=8),
    rounds=st.lists(
        st.lists(st.tuples(st.integers(0, 7), st.integers(1, 9)), max_size=4), max_size=3
    ),
)
def test_after_any_mends_the_accounts_add_up_and_loads_repeat(
    lines: list[str],
    rounds: list[list[tuple[int, int]]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = Company(tmp_path_factory.mktemp("company"))
    for name, value in company.env.items():
        monkeypatch.setenv(name, value)
    rows = company.load(HEADER + "".join(f"{line}\n" for line in lines))
    for choices in rounds:
        refused = company.quarantine()
        chosen = {place: number for place, number in choices if place < len(refused)}
        entries = [
            mended(refused[place], id=number, amount=f"{number}.25", 名称="mended")
            for place, number in chosen.items()
        ]
        assert company.replay(*entries) == (0 if entries else 2)
        rows = company.load()
        assert company.load() == rows
    assert len(rows) + len(company.quarantine()) == len(lines)


def test_writing_rows_out_and_taking_them_back_are_recorded(company: Company) -> None:
    company.load(f"{HEADER}1,a,2\nx{SECRET},b,1\n")
    (entry,) = company.quarantine()
    assert company.replay(mended(entry, id="2")) == 0
    written = (company.folder / "var" / "audit" / "audit.ndjson").read_text()
    out, back = map(json.loads, written.splitlines())
    assert out["action"] == "quarantine_written"
    assert out["facts"] == {"object": "shop.things", "rows": 1, "build": "night"}
    assert (back["action"], back["facts"]) == ("rows_replayed", {"rows": {"shop.things": 1}})
    assert SECRET not in written
