"""`make check-sources`: a line for each object, and an exit code that a script can trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.raw.check_sources import check_sources, main
from assets.raw.connector.errors import Fatal, StopForToday
from assets.raw.connector.model import SystemField
from assets.raw.streams import pull_object
from pipelines.runtime.settings import load_settings
from tests.unit.raw.connector.books import FIELDS, SECRET, Books, Shelf
from tests.unit.raw.connector.company import BOOKS, clock_of, set_up_company, write_contract

FILES = """
source: till
description: Files of the till
objects:
  lines: {description: Lines, path: lines*.csv, format: csv, columns: [ID], key: [id]}
  extras: {description: E, path: extras.csv, format: csv, columns: [ID], key: [id], optional: true}
  missing: {description: M, path: missing.csv, format: csv, columns: [ID], key: [id]}
""".replace("ID", "{name: id, type: bigint}")

Told = tuple[int, list[str], str]


@pytest.fixture
def shelf() -> Shelf:
    Books.shelf = Shelf(records={1: (Shelf().now, "a"), 2: (Shelf().now, "b")})
    return Books.shelf


@pytest.fixture
def company(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return set_up_company(tmp_path, monkeypatch)


@pytest.fixture
def check(company: Path, capsys: pytest.CaptureFixture[str]):
    def _check(env: str = "", *arguments: str) -> Told:
        (company / "company.env").write_text(env, encoding="utf-8")
        code = main(list(arguments))
        told = capsys.readouterr()
        assert SECRET not in told.out + told.err
        return code, [" ".join(line.split()) for line in told.out.splitlines()], told.err.strip()

    return _check


CONFIGURED = f"SHOP_PASSWORD={SECRET}\nSHOP_USER=reader\n"


def test_a_source_that_is_there_says_what_it_would_bring(shelf: Shelf, check) -> None:
    assert check(CONFIGURED) == (0, ["ok shop.books 2 books"], "")
    assert shelf.asked == []
    assert shelf.closed == 1


def test_a_source_that_is_not_configured_says_how_to_use_it(check) -> None:
    code, lines, _ = check()
    assert code == 0
    assert lines == ["absent shop.* not configured; set SHOP_PASSWORD, SHOP_USER to use it"]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ("SHOP_USER=reader\n", "shop: SHOP_PASSWORD not set; set it in the environment"),
        ("SHOP_PASSWORD=old\nSHOP_USER=reader\n", "shop: the password counts no more"),
    ],
)
def test_a_source_that_cannot_be_opened_fails(check, env: str, words: str) -> None:
    code, (line,), error = check(env)
    assert (code, error) == (1, "1 of 1 cannot be read")
    assert line.startswith(f"FAIL shop.* {words}")


@pytest.mark.parametrize("error", [Fatal("shop: no scope"), StopForToday("shop: no more today")])
def test_an_object_that_cannot_be_read_fails_alone(
    shelf: Shelf, check, company: Path, error: Exception
) -> None:
    def only_books(request: object, state: object) -> None:
        if getattr(request, "stream", "") == "books":
            raise error

    shelf.before_page = only_books
    write_contract(company, books=BOOKS, more=BOOKS | {"stream": "more"})
    code, lines, told = check(CONFIGURED)
    assert lines == [f"FAIL shop.books {error}", "ok shop.more 2 books"]
    assert (code, told) == (1, "1 of 2 cannot be read")


def test_fields_that_are_not_as_declared_fail(shelf: Shelf, check) -> None:
    shelf.fields = [FIELDS[0], SystemField("edited", "boolean"), SystemField("new", "varchar")]
    code, lines, _ = check(CONFIGURED)
    assert code == 1
    assert lines == ["FAIL shop.books 2 books; but not as declared: edited, title"]


def test_what_the_next_night_would_fail_on_fails(shelf: Shelf, check, company: Path) -> None:
    shelf.changes = False
    code, (line,), _ = check(CONFIGURED)
    assert code == 1
    assert "the stream books cannot be asked for changes" in line
    write_contract(company, books=BOOKS, others=BOOKS | {"options": {"a": 1}})
    code, lines, _ = check(CONFIGURED)
    assert code == 1
    assert all("differ in delivery or options" in line for line in lines)


def test_a_source_that_lost_its_variables_fails(shelf: Shelf, check, company: Path) -> None:
    values = {"SHOP_PASSWORD": SECRET, "SHOP_USER": "reader"}
    pull_object(company / "home", write_contract(company), "books", values.get, clock_of(shelf))
    code, (line,), _ = check()
    assert code == 1
    assert line.startswith("FAIL shop.* shop: none of its variables is set any more")


def test_files_are_looked_for(check, company: Path) -> None:
    (company / "sources" / "till.yml").write_text(FILES, encoding="utf-8")
    for name in ("lines-1.csv", "lines-2.csv"):
        (company / "data" / name).write_text("id\n1\n")
    code, lines, _ = check("", "--source", "till")
    assert code == 1
    assert lines == [
        "ok till.lines 2 files, 0.0 MB",
        "ok till.extras no file; it is optional",
        "FAIL till.missing no file at missing.csv under C360_DATA",
    ]
    (company / "data" / "missing.csv").write_text("id\n1\n")
    code, lines, _ = check("", "--source", "till")
    assert (code, lines[2]) == (0, "ok till.missing 1 file, 0.0 MB")


def test_nothing_is_landed(check, company: Path) -> None:
    check(CONFIGURED)
    assert not (company / "home" / "landing").exists()


def test_a_source_that_nobody_knows(check) -> None:
    assert check("", "--source", "shp") == (2, [], "error: no source is called shp")


@pytest.mark.parametrize(
    ("old", "new"), [("system: books", "system: boks"), ("source: shop", "sauce: shop")]
)
def test_a_wrong_contract(check, company: Path, old: str, new: str) -> None:
    file = company / "sources" / "shop.yml"
    file.write_text(file.read_text().replace(old, new))
    code, lines, error = check(CONFIGURED)
    assert (code, lines) == (2, [])
    assert error.startswith("error: shop.yml: ")


def test_wrong_settings(check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_TIMEZONE", "Peking")
    code, _, error = check(CONFIGURED)
    assert code == 2
    assert error.startswith("error: C360_TIMEZONE is wrong")


def test_findings_come_one_by_one(shelf: Shelf, company: Path) -> None:
    write_contract(company, books=BOOKS, more=BOOKS | {"stream": "more"})
    values = {"SHOP_PASSWORD": SECRET, "SHOP_USER": "reader"}
    found = check_sources(load_settings(), values.get, clock_of(shelf), "shop")
    assert [(next(found).object, shelf.closed), (next(found).object, shelf.closed)] == [
        ("books", 0),
        ("more", 0),
    ]


def test_a_manifest_that_is_required_is_looked_for(company: Path, check) -> None:
    contract = FILES.replace("path: lines*.csv,", "path: lines*.csv, manifest: required,")
    (company / "sources" / "till.yml").write_text(contract, encoding="utf-8")
    for name in ("lines_1.csv", "lines_2.csv", "lines_1.csv.manifest.json"):
        (company / "data" / name).write_text("id\n", encoding="utf-8")
    code, lines, _ = check("", "--source", "till")
    assert code == 1
    assert lines[0] == "FAIL till.lines 1 file without a manifest beside it, lines_2.csv first"
