"""What the ledger remembers: each record's last key, who left which key, and which keys died."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def fold_ledger(con: duckdb.DuckDBPyConnection) -> None:
    """Fold `identity_key_rows` into what is remembered.

    - `identity_key_memory`, one row per record of the ledger: its last key (also after it left),
      its current key, its first date, and whether it has no more than one row;
    - `identity_key_moves`, for the few records with several rows: each stay under a key, the
      commit that ended it and the key that followed;
    - `identity_key_deaths`, keys that no record holds now: the commit after which they were
      gone, their last members (all that left with that commit) and how many of these moved on;
    - `identity_key_last_members`: these members.
    """
    for statement in (
        """
        create or replace temp table identity_key_memory as
        -- Nearly all records have one row, and need none of the aggregates. A commit has one row of
        -- a record, so whoever has several has one after the first commit.
        with several as materialized (
            select record
            from identity_key_rows
            where
                record in (
                    select record
                    from identity_key_rows
                    where sequence > (select min(sequence) from identity_key_rows)
                )
            group by record
            having count(*) > 1
        )

        select
            record,
            true as is_single,
            as_of as first_as_of,
            key as memory,
            key as current
        from identity_key_rows
        where record not in (select record from several)
        union all
        select
            record,
            false as is_single,
            min(as_of) as first_as_of,
            arg_max(key, sequence) as memory,
            arg_max_null(key, sequence) as current
        from identity_key_rows
        where record in (select record from several)
        group by record
        """,
        """
        create or replace temp table identity_key_moves as
        select
            record,
            key,
            sequence as started,
            lead(sequence) over following as ended,
            lead(key) over following as next_key
        from identity_key_rows
        where record in (select record from identity_key_memory where not is_single)
        window following as (partition by record order by sequence)
        """,
        """
        create or replace temp table identity_key_last_members as
        with endings as (
            select key, max(ended) as died
            from identity_key_moves
            where key is not null and ended is not null
            group by key
        ),

        dead as (
            select endings.key, endings.died
            from endings
            anti join identity_key_memory as memory on endings.key = memory.current
        )

        select moves.key, moves.record, moves.next_key, dead.died
        from identity_key_moves as moves
        inner join dead on moves.key = dead.key and moves.ended = dead.died
        """,
        """
        create or replace temp table identity_key_deaths as
        select key, died, count(*) as member_count, count(next_key) as moved_count
        from identity_key_last_members
        group by key, died
        """,
    ):
        con.execute(statement).fetchall()
