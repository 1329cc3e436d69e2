from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.evaluate.csv_files import read_csv, read_header
from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.evaluate.lists import ListCounts, load_decisions
from assets.enrich.identity.evaluate.load import load_people
from assets.enrich.identity.evaluate.mapping import Mapping
from assets.enrich.identity.evaluate.state import read_state

SECRET = "zq-secret"
"""Stands for a personal value: it may be in no message."""

MAPPING = {
    "sources": {
        "crm": {
            "file": "crm.csv",
            "id": "id",
            "first_seen": "since",
            "columns": {"full_name": "name", "phone": ["mobile", "home"]},
        }
    }
}
HEADER = b"id,name,mobile,home,since\n"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        read_state(con, None)
        yield con


def people(con: duckdb.DuckDBPyConnection, folder: Path, content: bytes) -> list[tuple]:
    (folder / "crm.csv").write_bytes(content)
    load_people(con, Mapping.model_validate(MAPPING), folder)
    return con.execute(
        "select source_record_id, full_name, phone, phone_2 from eval_people order by 1"
    ).fetchall()


def complaint(con: duckdb.DuckDBPyConnection, folder: Path, content: bytes) -> str:
    with pytest.raises(EvaluationError) as caught:
        people(con, folder, content)
    said = str(caught.value)
    assert SECRET not in said
    assert "crm.csv" in said
    return said


def test_people_are_one_wide_relation(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_bytes(
        HEADER
        + "1,张伟,13900000001,,2017-01-02\n2,,,138 0000 0002,2017/03/04 05:06:07\n".encode()
        + b"3,x,,,\n4,y,,,someday\n5,z,,,20170304\n"
    )
    (tmp_path / "shop.csv").write_bytes(b"mail;no\na@example.com;1\n")
    shop = {"file": "shop.csv", "id": "no", "delimiter": ";", "columns": {"email": "mail"}}
    mapping = Mapping.model_validate({"sources": {**MAPPING["sources"], "shop": shop}})
    loaded = load_people(con, mapping, tmp_path)
    found = con.execute("select * from eval_people order by source, source_record_id")
    columns = [column[0] for column in found.description]
    rows = found.fetchall()
    assert columns == [
        *("source", "source_record_id", "first_seen_at", "observed_at", "is_linkable"),
        *("full_name", "phone", "phone_2", "email"),
    ]
    assert rows[0][5:] == ("张伟", "13900000001", None, None)
    assert rows[1][5:] == (None, None, "138 0000 0002", None)
    assert [str(row[2]) for row in rows] == [
        "2017-01-02 00:00:00",
        "2017-03-04 05:06:07",
        "None",
        "None",
        "2017-03-04 00:00:00",
        "None",
    ]
    assert rows[5] == ("shop", "1", None, None, True, None, None, None, "a@example.com")
    assert (loaded["crm"].records, loaded["crm"].unread_dates) == (5, 1)
    assert (loaded["shop"].records, loaded["shop"].unread_dates) == (1, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + HEADER + b'1,"a\nb",,,\n2,c,,,\n',
        (HEADER + b'1,"a~b",,,\n2,c,,,\n').replace(b"\n", b"\r\n").replace(b"~", b"\n"),
        b'id,name,mobile,home,since,"note\r\nhere"\n1,"a\nb",,,,"\r\n"\n2,c,,,,\n',
        b' id ,name,"mobile",home,since\n1,"a\nb",,,\n\n2,c,"",,\n',
        b'name,since,home,mobile,id\n"a\nb",,,,1\nc,,,,2',
        b'spare,id,name,spare,mobile,home,since\n1,1,"a\nb",,,,\n,2,c,,,,\n',
    ],
)
def test_many_a_csv_is_sound(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes
) -> None:
    assert people(con, tmp_path, content) == [("1", "a\nb", None, None), ("2", "c", None, None)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty; the first line must name the columns"),
        (b"id,name,mobile,since\n", "(source crm): column 'home' is not among the 4 of its first"),
        (b"id,name,mobil,home,since\n", "did you mean 'mobil'?"),
        (b"id;name;mobile;home;since\n", "or the delimiter if all of the line became one column"),
        (b"zq-secret,2,3,4\n", "column 'id' is not among the 4 of"),
        (b"id,name,mobile,home,since,id\n", "column 'id' is there 2 times"),
        (HEADER + b"1,a,,,\n2,zq-secret\n", "line 3: has 2 fields, the first line has 5"),
        (HEADER + b"1,zq-secret,,,,,\n", "line 2: has 7 fields, the first line has 5"),
        (HEADER + b'1,"zq-secret,,,\n2,a,,,\n', "quotes do not match"),
        (HEADER + b"1,zq-secret\xff\xfe,,,\n", "line 2: is not UTF-8"),
        ("id,name,mobile,home,since\n1,客户,,,\n".encode("utf-16"), "is not UTF-8"),
        ("编号,姓名\n1,客户\n".encode("gb18030"), "is not UTF-8; save it as UTF-8, or convert"),
        (HEADER + b'1,a,,,\n2,,,,"zq-secret\n', "line 3: quotes do not match"),
        (HEADER + b"1,a,,,\n,zq-secret,,,\n  ,b,,,\n", "2 of 3 records have no id"),
        (
            HEADER + b"zq-secret,a,,,\nzq-secret,b,,,\nzq-secret,c,,,\n2,a,,,\n",
            "column 'id': 1 ids come more than once (4 records, 2 different ids)",
        ),
    ],
)
def test_a_csv_that_is_not_sound_is_refused_without_its_values(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes, words: str
) -> None:
    assert words in complaint(con, tmp_path, content)


texts = st.text(st.sampled_from(["a", "王", '"', ",", "\n", "\r", " "]), max_size=6)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.tuples(texts, texts), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
)
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[tuple[str, str]], end: str, mark: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(mark)
            writer = csv.writer(file, lineterminator=end, quoting=csv.QUOTE_ALL)
            writer.writerow(["one\nhead", 'other "head"'])
            writer.writerows(rows)
        assert read_header(path, ",", "x") == ["one\nhead", 'other "head"']
        found = read_csv(path, ",", 2, {0, 1}, "x").to_pylist()
    assert [(row["c0"], row["c1"]) for row in found] == rows


def test_a_file_that_is_not_there(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"crm\.csv \(source crm\): no such file"):
        load_people(con, Mapping.model_validate(MAPPING), tmp_path)


LIST_HEADER = b"source_a,source_record_id_a,source_b,source_record_id_b\n"


def decisions(
    con: duckdb.DuckDBPyConnection, folder: Path, content: bytes
) -> dict[str, tuple[int, int]]:
    people(con, folder, HEADER + b"1,a,,,\n2,b,,,\n3,c,,,\n")
    (folder / "not.csv").write_bytes(content)
    mapping = Mapping.model_validate({**MAPPING, "do_not_link": "not.csv"})
    return load_decisions(con, mapping, folder)


def test_a_list_is_read(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    content = LIST_HEADER.replace(b"\n", b",why\n") + b'crm,1,crm,2,"two\nlines"\n\ncrm,1,crm,2,\n'
    assert decisions(con, tmp_path, content) == {"do_not_link": ListCounts(2, 0, ())}
    assert con.execute("select * from eval_decisions").fetchall() == [
        ("do_not_link", "crm", "1", "crm", "2")
    ]


def test_a_record_that_has_left_is_no_mistake(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    con.execute("insert into identity_ledger values ('2017-01-01', 1, 'crm', '9', 'C0')").fetchall()
    content = LIST_HEADER + b"crm,1,crm,9\ncrm,1,crm,2\n"
    assert decisions(con, tmp_path, content) == {"do_not_link": ListCounts(2, 1, ())}


def test_a_pair_with_an_unknown_record_is_named_by_its_line(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    content = LIST_HEADER + b"crm,1,crm,2\ncrm,zq-secret,crm,2\nzq-secret,1,crm,2\n"
    assert decisions(con, tmp_path, content) == {"do_not_link": ListCounts(3, 0, (3, 4))}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"source_a,id_a,source_b,id_b\n", "look at source_record_id_a, source_record_id_b"),
        (LIST_HEADER + b"crm,1,crm\ncrm,1,crm,\n", "2 lines lack a field or have one too many"),
        (LIST_HEADER + b"crm,3,crm,3\n", "1 pairs name the same record twice: line 2"),
        (LIST_HEADER + b'crm,3,crm,"3\n', "line 2: quotes do not match"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_its_lines(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(EvaluationError) as caught:
        decisions(con, tmp_path, content)
    assert words in str(caught.value)
    assert "not.csv (do_not_link)" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_list_that_is_not_there(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = Mapping.model_validate({**MAPPING, "always_link": "none.csv"})
    with pytest.raises(EvaluationError, match=r"none\.csv \(always_link\): no such file"):
        load_decisions(con, mapping, tmp_path)
