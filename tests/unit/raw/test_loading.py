"""Rows and cents: everything read is loaded or in quarantine, with the right reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.raw.errors import FileError
from tests.unit.raw.conftest import LOADED_AT, Workbench

HEADER = "id,label,amount\n"

FIELD = st.text(
    st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=0, max_size=12
)
ROWS = st.lists(st.tuples(FIELD, FIELD), min_size=0, max_size=25)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=ROWS,
    terminator=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_that_a_csv_writer_writes_is_loaded_exactly(
    rows: list[tuple[str, str]],
    terminator: str,
    delimiter: str,
    quoting: Any,
    new_bench: Callable[[], Workbench],
) -> None:
    if quoting == csv.QUOTE_MINIMAL and terminator == "\n":
        # Python leaves a carriage return unquoted then: nobody can tell it from a line end.
        rows = [(first.replace("\r", ""), last.replace("\r", "")) for first, last in rows]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator=terminator, delimiter=delimiter, quoting=quoting)
    writer.writerow(["id", "first", "last"])
    for number, row in enumerate(rows):
        writer.writerow([number, *row])
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "first", "type": "varchar"},
        {"name": "last", "type": "varchar"},
    ]
    outcome = new_bench().load_csv(buffer.getvalue(), columns=columns, delimiter=delimiter)
    assert outcome.quarantine == []
    written = [(first or None, last or None) for first, last in rows]
    assert outcome.values("first", "last") == written
    assert outcome.values("_position") == list(range(1, len(rows) + 1))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=st.lists(
        st.sampled_from(
            ["1,a,2.00", "2,b,x", "3,c", "4,d,5,6", "5,e,-1", ",f,1", "1,a,2.00", "1,z,9", "6,g,7"]
        ),
        max_size=12,
    )
)
def test_read_is_loaded_plus_quarantined_and_so_is_money(
    lines: list[str], new_bench: Callable[[], Workbench]
) -> None:
    content = HEADER + "".join(f"{line}\n" for line in lines)
    outcome = new_bench().load_csv(content, money=["amount"])
    (landed,) = outcome.landed
    assert landed["rows_read"] == len(lines)
    assert landed["rows_read"] == landed["rows_loaded"] + landed["rows_quarantined"]
    assert landed["money_read"] == landed["money_loaded"] + landed["money_quarantined"]


def test_money_of_refused_rows_is_counted(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}1,a,2.50\nx,b,1.25\n2,c,n/a\n3,d\n", money=["amount"])
    (landed,) = outcome.landed
    assert landed["money_read"] == Decimal("3.75")
    assert landed["money_loaded"] == Decimal("2.50")
    assert landed["money_quarantined"] == Decimal("1.25")


def test_every_raw_row_says_where_it_is_from(bench: Workbench) -> None:
    (row,) = bench.load_csv(f"{HEADER}1,a,2\n").rows
    assert row["_source"] == "shop"
    assert row["_load_id"] == "load-1"
    assert row["_loaded_at"] == LOADED_AT
    assert row["_file"] == "things.csv"
    assert row["_position"] == 1
    assert len(row["_row_hash"]) == 32


def test_several_faults_name_the_first_and_list_all(bench: Workbench) -> None:
    outcome = bench.load_csv(
        f"{HEADER},b,x\n",
        columns=[
            {"name": "id", "type": "bigint"},
            {"name": "label", "header": "label", "type": "varchar", "allowed": ["a"]},
            {"name": "price", "header": "amount", "type": "decimal(18,2)"},
        ],
    )
    (refused,) = outcome.quarantine
    assert refused["rule"] == "wrong_type"
    assert refused["reason"] == (
        "column price (amount in the file) is no decimal(18,2); column id is empty; "
        "column label is none of a"
    )


def test_a_key_with_other_values_is_refused_and_equal_rows_stay(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}1,a,2\n1,a,2\n1,b,2\n2,c,3\n1,a,2.00\n", money=["amount"])
    assert outcome.values("id", "label") == [(1, "a"), (1, "a"), (2, "c"), (1, "a")]
    (refused,) = outcome.quarantine
    assert (refused["rule"], refused["_position"]) == ("duplicate_key", 3)
    assert "same key (id) but other values" in refused["reason"]
    assert outcome.landed[0]["money_quarantined"] == Decimal("2.00")


def test_versions_of_a_key_are_no_duplicates(bench: Workbench) -> None:
    columns = [
        {"name": "id", "type": "bigint"},
        {"name": "label", "type": "varchar"},
        {"name": "at", "header": "amount", "type": "date"},
    ]
    outcome = bench.load_csv(
        f"{HEADER}1,a,2017-01-01\n1,b,2017-01-02\n1,c,2017-01-02\n", columns=columns, version="at"
    )
    assert outcome.values("label") == ["a", "b"]
    assert outcome.rules == ["duplicate_key"]


def test_the_same_key_in_another_file_is_no_duplicate(bench: Workbench) -> None:
    bench.deliver("things_1.csv", f"{HEADER}1,a,2\n")
    bench.deliver("things_2.csv", f"{HEADER}1,b,2\n")
    assert bench.load(path="things_*.csv", delivery="increment").quarantine == []


def test_a_refused_row_is_no_original_of_a_duplicate(bench: Workbench) -> None:
    outcome = bench.load_csv(f"{HEADER}1,a,x\n1,b,2\n")
    assert outcome.values("label") == ["b"]
    assert outcome.rules == ["wrong_type"]


def test_a_failing_file_leaves_the_earlier_table(bench: Workbench) -> None:
    bench.load_csv(f"{HEADER}1,a,2\n")
    bench.deliver("things.csv", "id,label\n")
    with pytest.raises(FileError, match="no column 'amount'"):
        bench.load()
    with bench.build().connect() as con:
        assert con.execute("select label from vault.raw.shop__things").fetchall() == [("a",)]


def test_columns_may_have_the_names_that_our_own_sql_uses(bench: Workbench) -> None:
    names = ["id", "read", "typed", "judged", "is_faulty", "line"]
    columns = [{"name": name, "type": "bigint"} for name in names]
    outcome = bench.load_csv(f"{','.join(names)}\n1,2,3,4,5,6\n7,x,9,10,11,12\n", columns=columns)
    assert outcome.values(*names) == [(1, 2, 3, 4, 5, 6)]
    assert outcome.rules == ["wrong_type"]
