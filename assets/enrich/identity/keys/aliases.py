"""Where the keys of the past lead today, so that what was noted under an old key is still found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.keys.hashes import key_text

if TYPE_CHECKING:
    from datetime import date

    import duckdb


def write_key_aliases(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write for every key ever issued that nobody holds now where its people are today."""
    con.execute(
        """
        create or replace temp table identity_key_dead as
        -- The others hold the only key that they ever had, so it is not dead.
        with told as (
            select record from identity_key_now where is_changed
            union all
            select record from identity_key_memory where not is_single
            union all
            select record from identity_key_gone
        ),

        held as (
            select distinct key
            from identity_key_rows
            where
                key is not null
                and as_of <= $as_of
                and record in (select record from told)
        )

        select held.key
        from held
        anti join identity_key_given as given on held.key = given.key
        """,
        {"as_of": as_of},
    ).fetchall()
    con.execute(
        """
        create or replace temp table identity_key_endings as
        with deaths as (
            select days.key, max(days.as_of) as died_on
            from identity_key_days as days
            semi join identity_key_dead as dead on days.key = dead.key
            where days.count_after = 0
            group by days.key
        ),

        known as (
            select deaths.key, transfers.other as successor, deaths.died_on
            from deaths
            inner join identity_key_transfers as transfers
                on deaths.key = transfers.key and deaths.died_on = transfers.as_of
            where transfers.event_type in ('merged', 'retired')
        ),

        -- A key of a run that was run again for the same date, with another result, is in no
        -- night's history. Its records on that date tell where it leads.
        passing as (
            select rows.key, rows.record, rows.as_of
            from identity_key_rows as rows
            where
                rows.as_of <= $as_of
                and rows.key in (select key from identity_key_dead)
                and rows.key not in (select key from known)
        ),

        settled as (
            select passing.key, passing.as_of, arg_max_null(rows.key, rows.sequence) as successor
            from passing
            inner join identity_key_rows as rows
                on passing.record = rows.record and passing.as_of = rows.as_of
            where passing.as_of < $as_of
            group by passing.key, passing.record, passing.as_of
            union all
            select passing.key, passing.as_of, now.key as successor
            from passing
            left join identity_key_now as now on passing.record = now.record
            where passing.as_of = $as_of
        ),

        replaced as (
            select key, successor, as_of as died_on
            from settled
            group by key, successor, as_of
            qualify
                row_number() over (
                    partition by key
                    order by successor is null, count(*) desc, as_of desc, successor
                ) = 1
        )

        select key, successor, died_on from known
        union all
        select key, successor, died_on from replaced
        """,
        {"as_of": as_of},
    ).fetchall()
    _follow_successors(con)
    con.execute(
        f"""
        create or replace table vault.identity.key_aliases as
        select
            {key_text("key")} as customer_key_before,
            case when successor is not null then {key_text("successor")} end as customer_key,
            died_on as became_on,
            case when successor is not null then 'merged' else 'retired' end as reason
        from identity_key_endings
        order by key
        """
    ).fetchall()


def _follow_successors(con: duckdb.DuckDBPyConnection) -> None:
    """Replace dead successors by theirs until all live or are null; each round doubles the reach.

    A successor lived on after the key had died, so it died later or lives: chains have an end.
    """
    while True:
        [(dead,)] = con.execute(
            """
            select count(*)
            from identity_key_endings
            where successor in (select key from identity_key_endings)
            """
        ).fetchall()
        if not dead:
            return
        con.execute(
            """
            create or replace temp table identity_key_endings as
            select
                endings.key,
                case when later.key is null then endings.successor else later.successor end
                    as successor,
                endings.died_on
            from identity_key_endings as endings
            left join identity_key_endings as later on endings.successor = later.key
            """
        ).fetchall()
