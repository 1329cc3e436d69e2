from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from assets.enrich.identity import inputs
from assets.enrich.identity.inputs import Column, IdentityInputError, Inputs
from assets.enrich.identity.rules import default_rules

RULES = default_rules()
PEOPLE = Inputs("people")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    made = duckdb.connect()
    yield made
    made.close()


def people(con: duckdb.DuckDBPyConnection, *rows: str, more: str = "phone varchar") -> None:
    con.execute(
        "create or replace table people (source varchar, source_record_id varchar,"
        f" first_seen_at timestamp, observed_at timestamp, is_linkable boolean, {more})"
    ).fetchall()
    for row in rows:
        con.execute(f"insert into people values ({row})").fetchall()


def hashes(con: duckdb.DuckDBPyConnection, made_by: str = "release 1") -> dict[str, int]:
    inputs.number_records(con, PEOPLE, RULES, made_by)
    return dict(con.execute("select source_record_id, record_hash from identity_nodes").fetchall())


def test_the_name_of_a_column_says_its_type(con: duckdb.DuckDBPyConnection) -> None:
    people(con, more="phone varchar, phone_2 varchar, email varchar[], is_test boolean, city text")
    assert inputs.value_columns(con, "people", RULES) == [
        Column("phone", "phone", False),
        Column("phone_2", "phone", False),
        Column("email", "email", True),
        Column("city", "city", False),
    ]


def test_a_column_of_no_known_type_is_named(con: duckdb.DuckDBPyConnection) -> None:
    people(con, more="shoe_size_2 varchar")
    with pytest.raises(
        IdentityInputError, match="column shoe_size_2 is no identifier type"
    ) as said:
        inputs.value_columns(con, "people", RULES)
    assert "rules.yml" in str(said.value)


def test_nodes_are_numbered_by_seniority(con: duckdb.DuckDBPyConnection) -> None:
    people(
        con,
        "'other', 'never seen', null, null, true, null",
        "'unlisted', 'b', '2017-01-02', null, true, null",
        "'crm_zoho.leads', 'z', '2017-01-02', null, true, null",
        "'orders.customers', '10', '2017-01-02', null, true, null",
        "'orders.customers', '9', '2017-01-02', null, true, null",
        "'unlisted', 'oldest', '2016-01-02', null, true, null",
    )
    inputs.number_records(con, PEOPLE, RULES, "")
    found = con.execute("select source_record_id from identity_nodes order by node").fetchall()
    assert [row[0] for row in found] == ["oldest", "10", "9", "z", "b", "never seen"]
    assert con.execute("select count(*) from identity_reference_nodes").fetchall() == [(0,)]


def test_references_are_numbered_after_the_people(con: duckdb.DuckDBPyConnection) -> None:
    people(con, "'a', '1', null, null, true, null", "'a', '2', null, null, true, null")
    con.execute(
        "create table tickets as"
        " select 't' as source, range::varchar as source_record_id from range(3)"
    ).fetchall()
    inputs.number_records(con, Inputs("people", "tickets"), RULES, "")
    nodes = con.execute("select node from identity_reference_nodes order by node").fetchall()
    assert [row[0] for row in nodes] == [2, 3, 4]


def test_the_hash_of_a_record_tells_whether_its_values_changed(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = ["'a', '1', '2017-01-01', null, true, 'x'", "'a', '2', '2017-01-01', null, true, 'y'"]
    people(con, *rows)
    first = hashes(con)
    people(con, rows[1].replace("2017", "2016"), rows[0].replace("'x'", "'z'"))
    second = hashes(con)
    assert second["2"] == first["2"], "when it was seen is no value"
    assert second["1"] != first["1"]
    assert hashes(con, "release 2")["2"] != second["2"]
    people(con, *rows, more="email varchar")
    assert hashes(con)["2"] != first["2"], "the same text as an e-mail is another value"


def test_decisions_hold_where_both_records_exist(con: duckdb.DuckDBPyConnection) -> None:
    people(con, *(f"'a', '{number}', null, null, true, null" for number in range(3)))
    con.execute(
        """
        create table decisions as
        select * from (
            values
                ('do_not_link', 'a', '2', 'a', '0'),
                ('do_not_link', 'a', '0', 'a', '2'),
                ('always_link', 'a', '1', 'a', '1'),
                ('always_link', 'a', '1', 'b', '1'),
                ('always_link', 'a', '1', 'a', '2')
        ) as listed (decision, source_a, source_record_id_a, source_b, source_record_id_b)
        """
    ).fetchall()
    asked = Inputs("people", decisions="decisions")
    inputs.number_records(con, asked, RULES, "")
    inputs.read_decisions(con, asked)
    assert con.execute("select * from identity_decisions order by all").fetchall() == [
        ("always_link", 1, 2),
        ("do_not_link", 0, 2),
    ]
