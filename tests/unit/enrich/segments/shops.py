"""Small shops of planted clusters."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import duckdb

from assets.enrich.segments.clusters import cluster_customers
from assets.enrich.segments.features import Inputs
from assets.enrich.segments.kmeans import Clustering
from assets.enrich.segments.tables import TABLES
from assets.enrich.tables import SCHEMA
from pipelines.runtime.settings import PROJECT_ROOT

AS_OF = date(2017, 12, 31)
NIGHT_BEFORE = AS_OF - timedelta(days=1)
SEED = PROJECT_ROOT / "dbt_project" / "seeds" / "segments" / "cluster_phrases.csv"
Bought = tuple[str, date, float, str]


def planted(count: int = 60) -> list[Bought]:
    """Three kinds: often and much, rarely and little, and long ago."""
    generator = random.Random(5)
    rows: list[Bought] = []
    for number in range(count):
        for kind, gap, amount, silent, category in (
            ("often", 7, 90.0, 3, "wine"),
            ("rarely", 80, 8.0, 25, "bread"),
            ("gone", 30, 30.0, 250, "toys"),
        ):
            last = AS_OF - timedelta(days=silent + generator.randrange(5))
            days = 320 - silent
            for step in range(max(days // gap, 1)):
                day = last - timedelta(days=step * gap)
                rows.append((f"{kind}{number:03}", day, amount + generator.random(), category))
    return rows


def shop(rows: Iterable[Bought], has_categories: bool = True) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    con.execute(
        f"""
        attach ':memory:' as warehouse;
        create schema {SCHEMA};
        create schema warehouse.before;
        create table phrases as from read_csv('{SEED}');
        create table bought (
            customer_key varchar, purchased_on date, net_amount decimal(18, 2), category varchar
        )
        """
    ).fetchall()
    listed = list(rows)
    con.execute(
        "insert into bought select unnest($1::varchar[]), unnest($2::date[]),"
        " unnest($3::double[]), unnest($4::varchar[])",
        [[row[place] for row in listed] for place in range(4)],
    ).fetchall()
    con.execute(
        "create view days as select customer_key, purchased_on, sum(net_amount) as net_amount"
        " from bought group by all;"
        f"create view spend as select * from bought where {str(has_categories).lower()}"
    ).fetchall()
    return con


def run(
    con: duckdb.DuckDBPyConnection, last_night: str | None = None, as_of: date = AS_OF
) -> Clustering:
    return cluster_customers(con, Inputs("days", "spend", "phrases"), as_of, last_night)


def keep(con: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of `con` those of the live build in `other`."""
    for one in TABLES:
        table = con.sql(f"from {one.relation}").to_arrow_table()
        other.register("kept", table)
        other.execute(
            f"create or replace table warehouse.before.{one.name} as from kept"
        ).fetchall()
        other.unregister("kept")


def content(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    return {table.name: con.sql(f"from {table.relation}").fetchall() for table in TABLES}


def names(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Cluster and name by kind of customer; fails where a kind is in two clusters."""
    rows = con.execute(
        f"""
        select distinct regexp_extract(customer_key, '[a-z]+'), cluster_id, name
        from {SCHEMA}.customer_clusters inner join {SCHEMA}.behaviour_clusters using (cluster_id)
        """
    ).fetchall()
    assert len(rows) == len({kind for kind, *_ in rows}), rows
    return {kind: (number, name) for kind, number, name in rows}
