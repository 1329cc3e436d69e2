"""The clusters of all nights as a table: a night knows those before its date, and none later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from assets.enrich.segments.matching import Known, LastNight
from assets.enrich.segments.tables import BEHAVIOUR_CLUSTER_HISTORY

if TYPE_CHECKING:
    from datetime import date

    import duckdb


def read_last_night(con: duckdb.DuckDBPyConnection, table: str | None, as_of: date) -> LastNight:
    """The clusters of the latest night before a date that had any; nothing where there is none.

    Args:
        con: open connection.
        table: a table of the shape of behaviour_cluster_history; None on the first night.
        as_of: clusters of this date or later do not count, so that the same date run again, or run
            after later ones, finds what its first run found.
    """
    if table is None:
        return LastNight()
    earlier = {"as_of": as_of}
    [(highest,)] = con.execute(
        f"select coalesce(max(cluster_id), 0) from {table} where clustered_on < $as_of", earlier
    ).fetchall()
    rows = con.execute(
        f"""
        select cluster_id, name, name_zh, anchor
        from {table}
        where clustered_on = (select max(clustered_on) from {table} where clustered_on < $as_of)
        order by cluster_id
        """,
        earlier,
    ).fetchall()
    return LastNight(tuple(Known(*row) for row in rows), highest)


def carry_over(con: duckdb.DuckDBPyConnection, table: str | None, as_of: date) -> None:
    """Write the nights before a date into behaviour_cluster_history, which is empty.

    Args:
        con: open connection to the build.
        table: the table as another build left it; None on the first night.
        as_of: business date of the run.
    """
    if table is None:
        return
    con.execute(
        f"""
        insert into {BEHAVIOUR_CLUSTER_HISTORY.relation} by name
        select * replace ($as_of::date as as_of_date)
        from {table}
        where clustered_on < $as_of
        order by clustered_on, cluster_id
        """,
        {"as_of": as_of},
    ).fetchall()


def add_tonight(con: duckdb.DuckDBPyConnection, clusters: Iterable[Known], as_of: date) -> None:
    """Add the clusters of the run of a date, by id, to behaviour_cluster_history."""
    for one in clusters:
        features = sorted(one.anchor)
        con.execute(
            f"insert into {BEHAVIOUR_CLUSTER_HISTORY.relation}"
            " values ($as_of, $as_of, $cluster_id, $name, $name_zh,"
            " map($features::varchar[], $places::double[]))",
            {
                "as_of": as_of,
                "cluster_id": one.cluster_id,
                "name": one.name,
                "name_zh": one.name_zh,
                "features": features,
                "places": [one.anchor[feature] for feature in features],
            },
        ).fetchall()
