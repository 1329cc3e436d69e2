"""What tonight's assignment changes, counted for the dry-run report and the gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_LARGEST = 10


@dataclass(frozen=True)
class KeyChanges:
    """Tonight against the last business date before it.

    Args:
        new: customers under a key never issued before, made of new records alone.
        joined: records that are new, or back, with a customer who was there before.
        merged: keys that died because their records went to another.
        split: new keys for records that left a customer.
        moved: pairs of customers between which records went while both live on.
        retired: keys that died because all their records left.
        restored: dead keys that records of another customer took back.
        returned: dead keys that came back with their records.
        changed_records: records in both nights whose key changed.
        compared_records: records in both nights.
        changed_commits: records whose key is another than was last committed for them.
        first_commits: records of which the ledger holds nothing so far.
        largest_clusters: records of the largest customers, largest first.
    """

    new: int
    joined: int
    merged: int
    split: int
    moved: int
    retired: int
    restored: int
    returned: int
    changed_records: int
    compared_records: int
    changed_commits: int
    first_commits: int
    largest_clusters: tuple[int, ...]


def count_tonight(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Keep the counts of `count_changes` in `identity_changes`, before the scratch tables go."""
    con.execute(
        """
        create or replace temp table identity_changes as
        with tonight as (
            select record, key, key_before from identity_key_steps where as_of = $as_of
        ),

        events as (
            select event_type, key, other from identity_key_transfers where as_of = $as_of
        ),

        stayed as (
            select key from identity_key_now where is_plain and known_from < $as_of
            union all
            select now.key
            from identity_key_now as now
            anti join tonight on now.record = tonight.record
            where not now.is_plain
        ),

        entered as (
            select key from identity_key_now where is_plain and known_from = $as_of
            union all
            select key from tonight where key is not null and key_before is null
        ),

        -- Keys that won records. On most nights they are few; all others are not looked at.
        winning as materialized (
            select distinct key
            from (
                select key from entered
                union all
                select key from tonight where key is not null
            )
        ),

        continued as materialized (
            select distinct key from stayed where key in (select key from winning)
        ),

        wholly_new as (
            select key from winning
            where
                key not in (select key from continued)
                and key not in (select other from events where other is not null)
                and key not in (select key_before from tonight where key_before is not null)
                and key not in (
                    select key from identity_key_steps where as_of < $as_of and key is not null
                )
        ),

        live_before as (
            select key from continued
            union all
            select key_before as key from tonight where key_before is not null
        ),

        groups as materialized (
            select founder, count(*) + 1 as size
            from identity_key_now
            where record <> founder
            group by founder
        ),

        sizes as (
            select size from groups
            union all
            (
                select 1 as size
                from identity_key_now
                where record = founder and founder not in (select founder from groups)
                limit $largest
            )
        ),

        -- A look back commits nothing.
        commits as (
            select is_known
            from identity_key_now
            where
                is_changed
                and $as_of >= (select coalesce(max(as_of), $as_of) from identity_key_rows)
        )

        select
            (select count(*) from wholly_new) as new,
            (select count(*) from entered where key in (select key from live_before)) as joined,
            (select count(*) from events where event_type = 'merged') as merged,
            (select count(distinct other) from events where event_type = 'split') as split,
            (select count(*) from events where event_type = 'moved') as moved,
            (select count(*) from events where event_type = 'retired') as retired,
            (select count(distinct other) from events where event_type = 'restored') as restored,
            (
                select count(*) from vault.identity.key_events
                where event_type = 'returned' and event_date = $as_of
            ) as returned,
            changed.amount as changed_records,
            changed.amount + (select count(*) from stayed) as compared_records,
            (select count(*) from commits where is_known) as changed_commits,
            (select count(*) from commits where not is_known) as first_commits,
            (select coalesce(max(size, $largest), []) from sizes) as largest_clusters
        from (
            select count(*) as amount
            from tonight
            where key is not null and key_before is not null
        ) as changed
        """,
        {"as_of": as_of, "largest": _LARGEST},
    ).fetchall()


def count_changes(con: duckdb.DuckDBPyConnection) -> KeyChanges:
    """Read what the last `assign_keys` on this connection changed."""
    row = con.execute("select * from identity_changes").fetchall()[0]
    return KeyChanges(*(*row[:-1], tuple(row[-1])))
