"""Moments in UTC to dates of the business time zone.

The time zone conversion of the engine costs more than all else about a date. So it is asked for
two moments of each day that occurs, and only the few days on which the clock was set need more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SHIFTS = "identity_key_shifts"


def find_shifts(con: duckdb.DuckDBPyConnection, timezone: str) -> None:
    """Make `identity_key_shifts`: how far local time is ahead, per UTC day of `first_seen_at`.

    Days on which that changes are left out. No zone ever changed twice within a day.
    """
    con.execute(
        f"""
        create or replace temp table {SHIFTS} as
        with days as (
            select distinct cast(first_seen_at as date) as day
            from identity_nodes
            where isfinite(first_seen_at)
        ),

        midnights as (
            select day, cast(day as timestamp) as starts, cast(day + 1 as timestamp) as ends
            from days
        ),

        shifts as (
            select
                day,
                {_local("starts")} - starts as shift,
                {_local("ends")} - ends as shift_after
            from midnights
        )

        select day, shift
        from shifts
        where shift = shift_after
        """,
        {"timezone": timezone},
    ).fetchall()


def local_date(moment: str) -> str:
    """SQL expression of the local date; `shifts` and the parameter `timezone` must be there."""
    return f"cast(coalesce({moment} + shifts.shift, {_local(moment)}) as date)"


def _local(moment: str) -> str:
    return f"timezone($timezone, timezone('UTC', {moment}))"
