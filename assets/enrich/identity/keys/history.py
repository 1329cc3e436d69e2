"""The history of assignments by business date: customers_map, and what a commit would add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.keys.hashes import key_text
from assets.enrich.identity.keys.ledger import CHANGES_TABLE
from assets.enrich.identity.keys.local_dates import SHIFTS, find_shifts, local_date
from assets.enrich.identity.storage import create_table

if TYPE_CHECKING:
    from datetime import date

    import duckdb


def find_steps(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Fold the ledger's dates before tonight, and tonight's keys, into steps.

    Rows of tonight's date or later are left out: tonight's state replaces them.

    - `identity_key_now`: each record of tonight with its key; whether the ledger knows the record
      and whether the key differs from the one there; `is_plain` if that is its only key
      ever, which is so for nearly all and spares them the window functions; `known_from`;
    - `identity_key_steps`: for all other records of the history each date on which the key
      changed, with the key before. A null key says that the record was gone from that date.
    """
    con.execute(
        """
        create or replace temp table identity_key_now as
        select
            claims.node as record,
            claims.founder,
            given.key,
            claims.first_as_of is not null as is_known,
            given.key is distinct from claims.current as is_changed,
            coalesce(claims.first_as_of >= $as_of, true)
            or (claims.is_single and claims.current is not distinct from given.key) as is_plain,
            least(claims.first_as_of, $as_of) as known_from
        from identity_key_claims as claims
        inner join identity_key_given as given on claims.founder = given.founder
        """,
        {"as_of": as_of},
    ).fetchall()
    con.execute(
        """
        create or replace temp table identity_key_steps as
        with others as (
            select record, key from identity_key_now where not is_plain
            union all
            select memory.record, cast(null as ubigint) as key
            from identity_key_memory as memory
            inner join identity_key_gone as gone on memory.record = gone.record
            where memory.first_as_of < $as_of
        ),

        states as (
            -- A date that was run several times counts as it was committed last.
            select record, as_of, arg_max_null(key, sequence) as key
            from identity_key_rows
            where as_of < $as_of and record in (select record from others)
            group by record, as_of
            union all
            select record, $as_of as as_of, key from others
        ),

        ordered as (
            select
                record,
                as_of,
                key,
                lag(key) over (partition by record order by as_of) as key_before
            from states
        )

        select record, as_of, key, key_before
        from ordered
        where key is distinct from key_before
        """,
        {"as_of": as_of},
    ).fetchall()


def write_customers_map(con: duckdb.DuckDBPyConnection, timezone: str) -> None:
    """Write one row per record and period: closed when the key changed or the record left.

    The first period starts when the record was first seen, if the source tells and does not
    contradict the ledger; the source can no longer tell once the record has left.
    """
    find_shifts(con, timezone)
    seen_on = local_date("nodes.first_seen_at")
    create_table(con, "customers_map")
    # In two parts, as nearly all rows need neither windows nor the names of records that left.
    # least() passes over nulls.
    con.execute(
        f"""
        insert into vault.identity.customers_map
        select
            nodes.source,
            nodes.source_record_id,
            {key_text("now.key")} as customer_key,
            least({seen_on}, now.known_from) as valid_from,
            null as valid_to,
            true as is_current,
            nodes.node as record_number
        from identity_nodes as nodes
        inner join identity_key_now as now on nodes.node = now.record
        left join {SHIFTS} as shifts on cast(nodes.first_seen_at as date) = shifts.day
        where now.is_plain
        """,
        {"timezone": timezone},
    ).fetchall()
    con.execute(
        f"""
        insert into vault.identity.customers_map
        with periods as (
            select
                record,
                key,
                as_of,
                row_number() over by_date = 1 as is_first,
                lead(as_of) over by_date - 1 as valid_to
            from identity_key_steps
            window by_date as (partition by record order by as_of)
        )

        select
            coalesce(nodes.source, gone.source) as source,
            coalesce(nodes.source_record_id, gone.source_record_id) as source_record_id,
            {key_text("periods.key")} as customer_key,
            case
                when periods.is_first then least({seen_on}, periods.as_of)
                else periods.as_of
            end as valid_from,
            periods.valid_to,
            periods.valid_to is null as is_current,
            case when periods.valid_to is null then nodes.node end as record_number
        from periods
        left join identity_nodes as nodes on periods.record = nodes.node
        left join {SHIFTS} as shifts on cast(nodes.first_seen_at as date) = shifts.day
        left join identity_key_gone as gone on periods.record = gone.record
        where periods.key is not null
        order by periods.record, periods.as_of
        """,
        {"timezone": timezone},
    ).fetchall()


def write_ledger_changes(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Write the rows that tonight's commit adds; none if tonight looks back."""
    create_table(con, CHANGES_TABLE.rpartition(".")[2])
    [(is_first_night,)] = con.execute("select count(*) = 0 from identity_key_rows").fetchall()
    if is_first_night:
        con.execute(
            f"""
            insert into {CHANGES_TABLE}
            select cast($as_of as date) as as_of, source, source_record_id, customer_key
            from vault.identity.customers_map
            """,
            {"as_of": as_of},
        ).fetchall()
        return
    con.execute(
        f"""
        insert into {CHANGES_TABLE}
        with newest as (select max(as_of) as as_of from identity_key_rows),

        changed as (
            select record, key from identity_key_now where is_changed
            union all
            select memory.record, cast(null as ubigint) as key
            from identity_key_memory as memory
            inner join identity_key_gone as gone on memory.record = gone.record
            where memory.current is not null
        )

        select
            cast($as_of as date) as as_of,
            coalesce(nodes.source, gone.source) as source,
            coalesce(nodes.source_record_id, gone.source_record_id) as source_record_id,
            case when changed.key is not null then {key_text("changed.key")} end as customer_key
        from changed
        left join identity_nodes as nodes on changed.record = nodes.node
        left join identity_key_gone as gone on changed.record = gone.record
        cross join newest
        where newest.as_of is null or newest.as_of <= $as_of
        order by changed.record
        """,
        {"as_of": as_of},
    ).fetchall()
