from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb

from assets.enrich.segments.tables import TABLES
from assets.enrich.tables import SCHEMA
from tests.unit.enrich.segments.shops import (
    AS_OF,
    NIGHT_BEFORE,
    Bought,
    content,
    keep,
    names,
    planted,
    run,
    shop,
)


def night(
    as_of: date, live: duckdb.DuckDBPyConnection | None = None, rows: list[Bought] | None = None
) -> duckdb.DuckDBPyConnection:
    """The run of a date while the build of `live` is the live one."""
    con = shop(planted() if rows is None else rows)
    if live is not None:
        keep(live, con)
    run(con, "warehouse.before", as_of)
    return con


def parquet(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, bytes]:
    """The tables as files, row after row."""
    folder.mkdir()
    for table in TABLES:
        path = folder / f"{table.name}.parquet"
        con.execute(f"copy {table.relation} to '{path}' (format parquet)").fetchall()
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def fewer(share: float) -> list[Bought]:
    generator = random.Random(9)
    return [row for row in planted() if generator.random() > share]


def test_ids_and_names_stay_though_a_few_customers_change():
    con = night(NIGHT_BEFORE)
    other = night(AS_OF, con, fewer(0.05))
    assert names(other) == names(con)
    assert other.sql(
        f"select bool_or(is_new), bool_and(matched_distance > 0) from {SCHEMA}.behaviour_clusters"
    ).fetchall() == [(False, True)]


def test_permuted_ids_of_last_night_are_matched():
    con = night(NIGHT_BEFORE)
    other = shop(planted())
    keep(con, other)
    other.execute(
        "update warehouse.before.behaviour_cluster_history"
        " set cluster_id = 20 - cluster_id, name = name || '!'"
    ).fetchall()
    run(other, "warehouse.before")
    expected = {kind: (20 - number, f"{name}!") for kind, (number, name) in names(con).items()}
    assert names(other) == expected


def test_a_cluster_in_a_new_place_gets_a_new_id_and_never_an_old_one():
    con = night(NIGHT_BEFORE)
    other = shop(planted())
    keep(con, other)
    [gone] = [number for kind, (number, _) in names(con).items() if kind == "gone"]
    other.execute(
        f"""
        insert into warehouse.before.behaviour_cluster_history
        select * replace (7 as cluster_id, clustered_on - 30 as clustered_on)
        from warehouse.before.behaviour_cluster_history
        where cluster_id = {gone};
        update warehouse.before.behaviour_cluster_history
        set anchor = map(
            map_keys(anchor), list_transform(map_values(anchor), lambda place: place + 10)
        )
        where cluster_id = {gone}
        """
    ).fetchall()
    run(other, "warehouse.before")
    before, after = names(con), names(other)
    assert after["gone"][0] == 8
    assert {kind: after[kind] for kind in ("often", "rarely")} == {
        kind: before[kind] for kind in ("often", "rarely")
    }
    highest = f"select distinct highest_cluster_id from {SCHEMA}.behaviour_clusters"
    assert other.sql(highest).fetchall() == [(8,)]


def test_a_schema_without_tables_is_a_first_night():
    con = shop(planted())
    run(con)
    assert content(night(AS_OF)) == content(con)


def test_the_same_date_run_again_gives_the_same_bytes(tmp_path):
    before = night(NIGHT_BEFORE, night(NIGHT_BEFORE - timedelta(days=1)), fewer(0.05))
    for number, last in enumerate((None, before)):
        first = night(AS_OF, last)
        again = night(AS_OF, first)
        expected = parquet(first, tmp_path / f"first{number}")
        assert parquet(again, tmp_path / f"again{number}") == expected


def test_a_past_date_knows_no_later_night():
    early, past = AS_OF - timedelta(days=40), AS_OF - timedelta(days=20)
    first = night(early)
    expected = night(past, first)
    live = night(AS_OF, expected)
    live.execute(
        f"update {SCHEMA}.behaviour_cluster_history"
        " set name = name || '!', cluster_id = cluster_id + 5 where clustered_on > $1",
        [early],
    ).fetchall()
    assert content(night(past, live)) == content(expected)
    assert content(night(early, live)) == content(first)


def test_every_night_is_kept_once():
    days = [AS_OF - timedelta(days=back) for back in (2, 1, 0)]
    live = None
    for day in days:
        live = night(day, live)
    history = f"from {SCHEMA}.behaviour_cluster_history"
    assert live.sql(f"select distinct as_of_date {history}").fetchall() == [(AS_OF,)]
    rows = live.sql(f"select clustered_on, cluster_id {history}").fetchall()
    assert rows == [(day, number) for day in days for number in (1, 2, 3)]


def test_a_night_without_clusters_forgets_nothing():
    first = night(AS_OF - timedelta(days=2))
    for rows in ([], planted()[:1]):
        empty = night(NIGHT_BEFORE, first, rows)
        assert content(empty)["behaviour_clusters"] == []
        after = night(AS_OF, empty)
        assert names(after) == names(first)
