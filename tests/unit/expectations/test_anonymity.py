from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations.engine.columns import columns_of
from expectations.engine.rules import Relation, Rule
from expectations.publish.anonymity import ENOUGH, rules
from tests.unit.expectations.catalogue import entry
from tests.unit.expectations.sense_build import broken, fails, found

PUBLISH = "warehouse.publish"
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse").fetchall()
    connection.execute("create schema warehouse.publish").fetchall()
    for statement in (
        f"create table {PUBLISH}.dim_customers as select 'C' || range as customer_key,"
        " case when range < 20 then 'female' else 'male' end as gender,"
        " case when range % 2 = 0 then '苏州' else '南京' end as city, 'k1' as geography_key,"
        " case when range % 4 < 2 then '50-75K' else null end as income_band"
        " from range(40) union all select 'unknown', null, null, 'unknown', null",
        f"create table {PUBLISH}.dim_customers_history as select customer_key, city"
        f" from {PUBLISH}.dim_customers",
        f"create table {PUBLISH}.segments as select customer_key, '25-34' as age_group"
        f" from {PUBLISH}.dim_customers where gender is not null",
        f"create table {PUBLISH}.rfm as select customer_key from {PUBLISH}.dim_customers",
        f"create table {PUBLISH}.dim_stores as select 'S1' as store_id, '苏州' as city",
    ):
        connection.execute(statement).fetchall()
    yield connection
    connection.close()


def _rules(connection: duckdb.DuckDBPyConnection, table: str, **changed: str) -> dict[str, Rule]:
    named = columns_of(connection, "warehouse", "publish")
    known = {
        name: {column.name: entry(column.name, changed.get(column.name, "")) for column in columns}
        for name, columns in named.items()
    }
    columns = columns_of(connection, "warehouse", "publish", known)
    return {rule.name: rule for rule in rules(Relation("warehouse", "publish", table), columns)}


@pytest.mark.parametrize("table", ["dim_customers", "dim_customers_history", "segments"])
def test_groups_of_five_pass(published: duckdb.DuckDBPyConnection, table: str) -> None:
    for rule in _rules(published, table).values():
        assert not fails(published, rule)


@pytest.mark.parametrize("table", ["rfm", "dim_stores"])
def test_a_table_without_attributes_of_people_is_not_asked(
    published: duckdb.DuckDBPyConnection, table: str
) -> None:
    assert _rules(published, table) == {}


@pytest.mark.parametrize(
    ("table", "statement", "words"),
    [
        (
            "dim_customers",
            f"update {PUBLISH}.dim_customers set city = '吐鲁番' where customer_key = 'C1'",
            "2 combinations are of fewer customers, the rarest of 1; they are 5 customers",
        ),
        (
            "dim_customers",
            f"update {PUBLISH}.dim_customers set gender = 'other', city = null"
            " where customer_key in ('C0', 'C1', 'C2', 'C3')",
            "6 combinations are of fewer customers, the rarest of 2",
        ),
        (
            # One city for everybody, but with the sex of dim_customers a few are alone in it.
            "dim_customers_history",
            f"update {PUBLISH}.dim_customers_history set city = '苏州' where customer_key = 'C1'",
            "1 combinations are of fewer customers, the rarest of 4",
        ),
        (
            "segments",
            f"update {PUBLISH}.segments set age_group = '65+' where customer_key = 'C1'",
            "2 combinations are of fewer customers",
        ),
    ],
)
def test_who_is_nearly_alone_holds_the_publication_back(
    published: duckdb.DuckDBPyConnection, table: str, statement: str, words: str
) -> None:
    rule = _rules(published, table)["nobody_alone"]
    with broken(published, statement):
        assert fails(published, rule)
        assert words in found(published, rule)


def test_a_place_that_is_not_known_says_nothing(published: duckdb.DuckDBPyConnection) -> None:
    rule = _rules(published, "dim_customers_history")["nobody_alone"]
    with broken(
        published,
        f"update {PUBLISH}.dim_customers_history set city = null"
        " where customer_key in ('C0', 'C4', 'C8', 'C12', 'C16')",
    ):
        assert not fails(published, rule)


def test_who_knows_the_rest_must_not_know_the_income(
    published: duckdb.DuckDBPyConnection,
) -> None:
    rule = _rules(published, "dim_customers")["income_band_differs"]
    everybody = f"update {PUBLISH}.dim_customers set income_band = '50-75K'"
    with broken(published, f"{everybody} where gender = 'female' and city = '苏州'"):
        assert found(published, rule).startswith("1 combinations have one value only; they are 10")
    with broken(published, everybody + ", city = null, gender = null"):
        assert fails(published, rule), "also when nothing else is known of anybody"


def test_what_is_for_greeting_who_consented_is_left_out(
    published: duckdb.DuckDBPyConnection,
) -> None:
    named = columns_of(published, "warehouse", "publish")["segments"]
    known = {column.name: entry(column.name, purposes=("marketing",)) for column in named}
    columns = columns_of(published, "warehouse", "publish", {"segments": known})
    assert rules(Relation("warehouse", "publish", "segments"), columns) == []


def test_the_gate_asks_for_as_many_as_the_models_keep() -> None:
    project = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text())
    assert project["vars"]["anonymity_minimum"] == ENOUGH
