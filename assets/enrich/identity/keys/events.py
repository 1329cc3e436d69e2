"""What became of keys between one night and the next.

It follows from the history by business date alone, so a rebuild from the ledger gives the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.keys.hashes import key_text

if TYPE_CHECKING:
    import duckdb


def write_key_events(con: duckdb.DuckDBPyConnection) -> None:
    """Write merged, split, restored, moved, retired and returned of the whole history.

    - merged: the key died, and most of its records went to the other key;
    - retired: the key died, and all its records left;
    - split, restored: records of a key went to a key that nobody held the day before, new or old;
    - moved: records went to a key that others hold on;
    - returned: a key came back with records that had left.

    Created and joined are not kept: they are the first periods of customers_map.
    """
    for statement in (
        # Per key and date on which it won or lost records; of the keys that nothing ever
        # happened to there is nothing to tell.
        """
        create or replace temp table identity_key_days as
        with touched as (
            select key from identity_key_steps where key is not null
            union
            select key_before as key from identity_key_steps where key_before is not null
        ),

        flows as (
            select key, as_of, 1 as entered, 0 as gone
            from identity_key_steps
            where key is not null
            union all
            select key_before as key, as_of, 0 as entered, 1 as gone
            from identity_key_steps
            where key_before is not null
            union all
            select key, known_from as as_of, 1 as entered, 0 as gone
            from identity_key_now
            where is_plain and key in (select key from touched)
        ),

        daily as (
            select key, as_of, sum(entered) as entered, sum(entered) - sum(gone) as change
            from flows
            group by key, as_of
        )

        select
            key,
            as_of,
            entered,
            sum(change) over by_date - change as count_before,
            sum(change) over by_date as count_after,
            row_number() over by_date = 1 as is_first
        from daily
        window by_date as (partition by key order by as_of)
        """,
        """
        create or replace temp table identity_key_transfers as
        with transfers as (
            select as_of, key_before as key, key as other, count(*) as record_count
            from identity_key_steps
            where key_before is not null
            group by as_of, key_before, key
        ),

        ranked as (
            select
                *,
                row_number() over (
                    partition by as_of, key
                    order by other is null, record_count desc, other
                ) as place
            from transfers
        )

        select
            ranked.as_of,
            case
                when giving.count_after = 0 and ranked.place = 1 and ranked.other is null
                    then 'retired'
                when ranked.other is null then 'left'
                when giving.count_after = 0 and ranked.place = 1 then 'merged'
                when taking.count_before > 0 then 'moved'
                when taking.is_first then 'split'
                else 'restored'
            end as event_type,
            ranked.key,
            ranked.other,
            ranked.record_count
        from ranked
        inner join identity_key_days as giving
            on ranked.key = giving.key and ranked.as_of = giving.as_of
        left join identity_key_days as taking
            on ranked.other = taking.key and ranked.as_of = taking.as_of
        """,
        f"""
        create or replace table vault.identity.key_events as
        with returned as (
            select days.as_of, 'returned' as event_type, days.key, null as other, days.entered
            from identity_key_days as days
            anti join (
                select as_of, other from identity_key_transfers where event_type = 'restored'
            ) as restored
                on days.as_of = restored.as_of and days.key = restored.other
            where days.count_before = 0 and days.count_after > 0 and not days.is_first
        ),

        events as (
            select as_of, event_type, key, other, record_count
            from identity_key_transfers
            where event_type <> 'left'
            union all
            select as_of, event_type, key, other, entered
            from returned
        )

        select
            as_of as event_date,
            event_type,
            {key_text("key")} as customer_key,
            case when other is not null then {key_text("other")} end as other_customer_key,
            cast(record_count as bigint) as record_count
        from events
        order by event_date, event_type, key, other
        """,
    ):
        con.execute(statement).fetchall()
