from __future__ import annotations

from pathlib import Path

import pytest

from assets.enrich.identity.evaluate.errors import EvaluationError, some
from assets.enrich.identity.evaluate.mapping import find_mapping, known_types, load_mapping

FULL = """
default_region: US
do_not_link: lists/not.csv
always_link: always.csv
sources:
  crm:
    file: crm.csv
    id: contact_id
    first_seen: created_at
    delimiter: ";"
    columns:
      full_name: name
      phone: [mobile, home_phone]
  shop.orders-2:
    file: shop.csv
    id: no
    delimiter: tab
    columns: {email: mail}
""".replace("id: no", 'id: "no"')


def written(folder: Path, text: str) -> Path:
    path = folder / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str) -> str:
    with pytest.raises(EvaluationError) as caught:
        load_mapping(written(folder, text))
    return str(caught.value)


def test_a_full_mapping_is_read(tmp_path: Path) -> None:
    mapping = load_mapping(written(tmp_path, FULL))
    crm, shop = mapping.sources.values()
    assert mapping.default_region == "US"
    assert mapping.lists == {"do_not_link": "lists/not.csv", "always_link": "always.csv"}
    assert crm.columns == {"full_name": ["name"], "phone": ["mobile", "home_phone"]}
    assert (crm.first_seen, crm.delimiter) == ("created_at", ";")
    assert (shop.id, shop.first_seen, shop.delimiter) == ("no", None, "\t")


def test_what_may_be_left_out(tmp_path: Path) -> None:
    text = "sources: {crm: {file: a.csv, id: id, columns: {email: mail}}}"
    mapping = load_mapping(written(tmp_path, "\ufeff" + text))
    assert mapping.default_region == "CN"
    assert mapping.lists == {}


def test_types_are_those_of_the_rules() -> None:
    assert {"full_name", "birth_date", "address", "phone", "email", "unionid"} <= set(known_types())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must be keys and values, with `sources:`"),
        ("- a", "must be keys and values, with `sources:`"),
        ("sources: {", "line 1"),
        ("default_region: CN", "sources: is missing; add it"),
        ("sources: {}", "sources: must not be empty"),
        ("sources: {a: {id: i, columns: {email: m}}}", "sources.a.file: is missing"),
        ("sources: {a: {file: f, columns: {email: m}}}", "sources.a.id: is missing"),
        ("sources: {a: {file: f, id: i}}", "sources.a.columns: is missing"),
        ("sources: {a: {file: f, id: i, columns: {}}}", "sources.a.columns: must not be empty"),
        ("sources: {a: {file: f, id: i, columns: {email: []}}}", "columns.email: must name a"),
        (
            "sources: {a: {file: f, id: i, columns: {e_mail: m}}}",
            "sources.a.columns.e_mail: is no type; did you mean email? known: full_name, ",
        ),
        (
            "sources: {a: {file: f, id: i, columns: {email: 3}}}",
            "sources.a.columns.email: must name a column or a list of them",
        ),
        (
            "sources: {a: {file: f, id: i, columns: {email: [m, 3]}}}",
            "sources.a.columns.email.1: must name a column or a list of them",
        ),
        (
            "sources: {a: {file: f, id: i, colums: {}, columns: {email: m}}}",
            "sources.a.colums: is not a key of the mapping; known here: file, id, first_seen",
        ),
        (
            "source: {}\nsources: {a: {file: f, id: i, columns: {email: m}}}",
            "source: is not a key of the mapping; known here: default_region, do_not_link",
        ),
        ("sources: {a: {file: f, id: i, columns: {email: m}}, a: {}}", "key 'a' is given twice"),
        (
            "sources: {'a:b': {file: f, id: i, columns: {email: m}}}",
            "sources.a:b: a source's name may hold letters",
        ),
        ("sources: {no: {file: f, id: i, columns: {email: m}}}", "must be text; put it in quotes"),
        (
            "default_region: China\nsources: {a: {file: f, id: i, columns: {email: m}}}",
            "default_region: must be a country in two capital letters",
        ),
        (
            "sources: {a: {file: f, id: i, delimiter: ';;', columns: {email: m}}}",
            "sources.a.delimiter: must be one sign",
        ),
    ],
)
def test_every_mistake_is_named_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    said = complaint(tmp_path, text)
    assert words in said
    assert said.startswith(str(tmp_path / "mapping.yml"))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    said = complaint(tmp_path, "sources: {a: {id: i}, b: {file: f}}")
    assert "4 to mend" in said


def test_a_mapping_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_bytes("sources: 客户".encode("gb18030"))
    with pytest.raises(EvaluationError, match="is not UTF-8"):
        load_mapping(path)


def test_the_mapping_is_found_from_here_and_from_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "m.yml").touch()
    monkeypatch.chdir(tmp_path)
    assert find_mapping("m.yml", folder) == folder / "m.yml"
    assert find_mapping("files/m.yml", folder) == Path("files/m.yml")
    (tmp_path / "m.yml").touch()
    assert find_mapping("m.yml", folder) == Path("m.yml")
    with pytest.raises(EvaluationError, match=r"no file at x\.yml nor .*x\.yml"):
        find_mapping("x.yml", folder)


def test_a_long_list_of_lines_is_cut() -> None:
    assert some([2, 3]) == "2, 3"
    assert some(list(range(12))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"
