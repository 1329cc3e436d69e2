"""The trial command: figures on stdout, one line for each mistake on stderr, exit code 2."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from assets.raw.files.delivery import delivered_fingerprint
from assets.raw.load import main
from pipelines.runtime.settings import load_settings

CONTRACT = """
source: shop
description: A shop
objects:
  lines:
    description: One row per line
    path: lines.csv
    format: csv
    columns: [{name: id, type: bigint}, {name: label, type: varchar}]
    key: [id]
  extras:
    description: One row per extra
    path: extras.csv
    format: csv
    columns: [{name: id, type: bigint}]
    key: [id]
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("sources", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "sources" / "shop.yml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "data" / "lines.csv").write_text("id,label\n1,a\nx,b\n", encoding="utf-8")
    (tmp_path / "data" / "extras.csv").write_text("id\n7\n", encoding="utf-8")
    env = tmp_path / "company.env"
    env.write_text("", encoding="utf-8")
    settings = {
        "ENV_FILE": env,
        "HOME": tmp_path / "var",
        "SOURCES": tmp_path / "sources",
        "DATA": tmp_path / "data",
        "TIMEZONE": "Asia/Shanghai",
        "REPORTING_CURRENCY": "CNY",
        "FIRST_DATE": "2017-01-01",
        "AS_OF": "2017-01-31",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"C360_{name}", str(value))
    return tmp_path


def run(company: Path, *only: str) -> int:
    arguments = ["--build", str(company / "trial")]
    return main([*arguments, "--only", *only] if only else arguments)


def test_everything_is_loaded_and_told(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(company) == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert told == [
        ["shop.lines", "2", "1", "1", "0"],
        ["shop.extras", "1", "1", "0", "0"],
        ["calendar.days", "43,135", "43,135", "0", "0"],
    ]
    vault = company / "trial" / "vault.duckdb"
    with duckdb.connect(str(vault), read_only=True) as con:
        assert con.execute("select count(*) from accounting.landed").fetchall() == [(3,)]
    assert vault.stat().st_mode & 0o777 == 0o600
    assert not (company / "trial" / "scratch").exists(), "rewritten files must not stay"


def test_a_missing_file_does_not_stop_the_others(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (company / "data" / "lines.csv").unlink()
    assert run(company) == 2
    told = capsys.readouterr()
    assert "shop.extras" in told.out
    (line,) = told.err.splitlines()
    assert line.startswith("error: shop.lines: no file at ")


def test_only_what_is_asked_for(company: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(company, "shop.extras") == 0
    assert "shop.lines" not in capsys.readouterr().out
    assert run(company, "shop.nothing") == 2
    assert "--only shop.nothing: no such source" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("C360_SOURCES", "nowhere", "error: C360_SOURCES: no folder at"),
        ("C360_TIMEZONE", "Mars", "error: C360_TIMEZONE is wrong"),
        ("C360_REPORTING_CURRENCY", "", "error: C360_REPORTING_CURRENCY is not set"),
    ],
)
def test_bad_settings_are_one_line(
    variable: str,
    value: str,
    expected: str,
    company: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, value)
    assert run(company) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(expected), line


def test_the_fingerprint_follows_the_delivered_files(company: Path) -> None:
    settings = load_settings()
    first = delivered_fingerprint(settings, "shop")
    assert first == delivered_fingerprint(settings, "shop")
    (company / "data" / "unrelated.csv").touch()
    assert delivered_fingerprint(settings, "shop") == first
    (company / "data" / "lines.csv").write_text("id,label\n", encoding="utf-8")
    assert delivered_fingerprint(settings, "shop") != first
    for file in (company / "data").iterdir():
        file.unlink()
    assert delivered_fingerprint(settings, "shop") == ""
