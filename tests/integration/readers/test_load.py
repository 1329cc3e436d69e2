"""What arrives in PostgreSQL is what was published: values, types, words, keys."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterable
from typing import Any

import pytest

from assets.publish.postgres.errors import PostgresError
from assets.publish.postgres.tables import tables_of
from assets.publish.reader import open_publication
from tests.integration.readers.conftest import Readers
from tests.integration.readers.small_publication import TABLES, small_access

ACCESS = small_access()
JSON = {"list", "struct", "map", "nested"}


def checksum(rows: Iterable[tuple[Any, ...]]) -> str:
    """Of the text forms of rows, in whatever order they came."""
    texts = sorted("\x1f".join("\x00" if v is None else str(v) for v in row) for row in rows)
    return hashlib.sha256("\x1e".join(texts).encode()).hexdigest()


def columns(readers: Readers, table: str) -> list[str]:
    with open_publication(readers.folder / "current") as reader:
        found = {found.name: found for found in tables_of(reader, ACCESS)}
    return [column.name for column in found[table].columns]


@pytest.mark.parametrize("table", [name for name in ACCESS.loaded() if name != "types"])
def test_rows_are_those_of_the_publication(loaded: Readers, table: str) -> None:
    names = ", ".join(columns(loaded, table))
    with open_publication(loaded.folder / "current") as reader:
        wanted = reader.execute(f"select {names} from publish.{table}").fetchall()
    found = loaded.admin(f"select {names} from publish.{table}")
    assert len(found) == len(wanted) > 0
    assert checksum(found) == checksum(wanted)


def test_text_forms_of_every_type_are_those_of_the_publication(loaded: Readers) -> None:
    names = columns(loaded, "types")
    texts = ", ".join(f"{name}::varchar" for name in names if name not in JSON)
    nested = ", ".join(f"to_json({name})::varchar" for name in JSON)
    with open_publication(loaded.folder / "current") as reader:
        wanted = reader.execute(f"select {texts}, {nested} from publish.types").fetchall()
    as_text = ", ".join(f"{name}::text" for name in JSON)
    found = loaded.admin("set timezone = 'UTC'", f"select {texts}, {as_text} from publish.types")
    assert checksum(found) == checksum(wanted)
    assert len(found) == 2


def test_types_are_as_exact_as_they_were(loaded: Readers) -> None:
    found = loaded.admin(
        "select attname::text, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = 'publish.types'::regclass and attnum > 0"
    )
    assert dict(found) == {
        "flag": "boolean",
        "tiny": "smallint",
        "small": "smallint",
        "whole": "integer",
        "big": "bigint",
        "usmall": "integer",
        "uwhole": "bigint",
        "ubig": "numeric(20,0)",
        "huge": "numeric(39,0)",
        "single": "real",
        "exact": "numeric(18,4)",
        "day": "date",
        "clock": "time without time zone",
        "moment": "timestamp without time zone",
        "instant": "timestamp with time zone",
        "id": "uuid",
        "list": "json",
        "struct": "json",
        "map": "json",
        "nested": "json",
        "level": "text",
    }


def test_nested_values_are_read_as_json(loaded: Readers) -> None:
    assert loaded.ask(
        "anna",
        "select list ->> 1, struct ->> 'name', map -> 'k' ->> 1, nested -> 0 ->> 'deep'"
        " from publish.types where flag",
    ) == [('b\t"c"', "名", "2", "x\ny")]


def test_times_are_utc_whatever_the_zone_of_the_reader(loaded: Readers) -> None:
    with loaded.session("anna") as session:
        session.execute("set timezone = 'Asia/Shanghai'")
        found = session.execute(
            "select moment::text, instant::text from publish.types where flag"
        ).fetchall()
    assert found == [("2017-12-31 23:59:59.123456", "2017-12-31 23:59:59+08")]


def test_tables_and_columns_carry_their_words(loaded: Readers) -> None:
    words = "select obj_description({0}), col_description({0}, 2)".format("'publish.rfm'::regclass")
    assert loaded.ask("anna", words) == [("One row per x: rfm 表", "It's 100% money 金额")]
    assert loaded.admin("select obj_description('publish'::regnamespace, 'pg_namespace')") == [
        ("customer-360-warehouse: run run-1, business date 2017-12-31",)
    ]


def test_customer_keys_are_indexed_and_proven_ones_are_primary(loaded: Readers) -> None:
    found = loaded.admin(
        "select indrelid::regclass::text, indisprimary from pg_index"
        " where indrelid::regclass::text like 'publish.%' order by 1"
    )
    keyed = [
        f"publish.{name}" for name in ACCESS.loaded() if "customer_key" in columns(loaded, name)
    ]
    links = ["publish.identity_audit"] * 2
    assert found == [(name, name == "publish.rfm") for name in sorted(keyed + links)]


def test_the_planner_knows_the_tables(loaded: Readers) -> None:
    assert loaded.admin(
        "select reltuples::int from pg_class where oid = 'publish.fct_orders'::regclass"
    ) == [(3500,)]


def test_an_empty_table_is_there(readers: Readers) -> None:
    done = readers.load("run-1", row_accounting="select 1 as rows_read where false")
    assert done.rows["row_accounting"] == 0
    assert readers.admin("select * from publish.row_accounting") == []


def test_a_type_without_a_counterpart_is_said(readers: Readers) -> None:
    with pytest.raises(PostgresError, match=r"column gap is INTERVAL, .* cast it in the model"):
        readers.load("run-1", types="select interval 1 day as gap")
    assert readers.schemas() == []


def test_a_value_that_postgresql_refuses_is_not_quoted(readers: Readers) -> None:
    with pytest.raises(PostgresError, match=r"at writing table oddities \(22021, ") as error:
        readers.load("run-1", oddities="select 'Zh' || 'ang' || chr(0) as one")
    assert "Zhang" not in "".join(traceback.format_exception(error.value))
    assert readers.schemas() == []


def test_the_summary_counts_what_is_there(readers: Readers) -> None:
    done = readers.load("run-1")
    assert (done.run_id, done.as_of, done.kept) == ("run-1", "2017-12-31", [])
    assert set(done.rows) == {*TABLES, "publication"} - {"fct_notes"}
    assert done.rows["fct_orders"] == 3500
