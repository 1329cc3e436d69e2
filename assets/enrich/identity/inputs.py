"""What identity resolution reads, checked, numbered and standardised into scratch tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.keys import PADS_TABLE
from assets.enrich.identity.rules import RULES, SOURCE_PRIORITY, rule_of

if TYPE_CHECKING:
    import duckdb

RECORDS = "vault.identity.int_identity_records"
RAW_IDENTIFIERS = "vault.identity.int_identity_identifiers_raw"


class IdentityInputError(Exception):
    """What is wrong with the identity inputs, where, and how to mend it; names no person."""


def check_inputs(con: duckdb.DuckDBPyConnection) -> None:
    """Raise IdentityInputError if the inputs are not what they promise."""
    checks = {
        f"{RECORDS} holds {{}} records twice; its key is source, source_record_id": f"""
            select count(*) - count(distinct (source, source_record_id)) from {RECORDS}
        """,
        f"{RECORDS} holds {{}} records that do not say whether they are linkable": f"""
            select count(*) from {RECORDS} where is_linkable is null
        """,
        f"{RAW_IDENTIFIERS} holds {{}} identifiers of records that {RECORDS} lacks": f"""
            select count(*)
            from {RAW_IDENTIFIERS} as raw
            anti join {RECORDS} as records using (source, source_record_id)
            where not raw.is_reference
        """,
        "the accounting schema holds {} rows of pseudonym pads too many or too few": f"""
            select count(*) - 1 from {PADS_TABLE}
        """,
    }
    for message, query in checks.items():
        count = con.execute(query).fetchall()[0][0]
        if count:
            raise IdentityInputError(message.format(count) + "; mend the model or step before")
    types = con.execute(f"select distinct identifier_type from {RAW_IDENTIFIERS}").fetchall()
    for (identifier_type,) in types:
        try:
            rule_of(identifier_type)
        except KeyError as error:
            raise IdentityInputError(str(error.args[0])) from None


def load_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_rules`: the rules as a table."""
    con.execute(
        """
        create or replace temp table identity_rules (
            name varchar, identifier_type varchar, weight double, hub_limit bigint
        )
        """
    ).fetchall()
    con.executemany(
        "insert into identity_rules values (?, ?, ?, ?)",
        [[rule.name, rule.identifier_type, rule.weight, rule.hub_limit] for rule in RULES],
    ).fetchall()


def number_records(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_nodes`: the records numbered 0..n-1 in founding order; the smallest founds."""
    con.execute(
        f"""
        create or replace temp table identity_nodes as
        select
            row_number() over (
                order by
                    first_seen_at asc nulls last,
                    coalesce(list_position($priority, source), {len(SOURCE_PRIORITY) + 1}),
                    source,
                    source_record_id
            ) - 1 as node,
            source,
            source_record_id,
            first_seen_at,
            is_linkable
        from {RECORDS}
        """,
        {"priority": list(SOURCE_PRIORITY)},
    ).fetchall()


def standardise_identifiers(con: duckdb.DuckDBPyConnection, default_region: str) -> None:
    """Make `identity_standard_raw`: the raw identifiers with their standard value beside them."""
    # Arrow costs 0.3 CPU s to import; loading the code location must not pay for it.
    import pyarrow as pa

    from assets.enrich.identity.standardise import standardise

    parts = []
    for rule in RULES:
        distinct = con.sql(
            f"select distinct raw_value from {RAW_IDENTIFIERS} where identifier_type = $type",
            params={"type": rule.identifier_type},
        ).to_arrow_table()
        raw = distinct.column("raw_value").combine_chunks()
        part = standardise(rule.identifier_type, raw, default_region)
        kind = pa.array([rule.identifier_type] * len(part), pa.string())
        parts.append(part.append_column("identifier_type", kind))
    con.register("identity_standard", pa.concat_tables(parts))
    con.execute(
        f"""
        create or replace temp table identity_standard_raw as
        select
            raw.source,
            raw.source_record_id,
            raw.identifier_type,
            standard.identifier_value,
            standard.is_valid,
            standard.invalid_reason,
            raw.is_reference
        from {RAW_IDENTIFIERS} as raw
        inner join identity_standard as standard
            on raw.identifier_type = standard.identifier_type
            and raw.raw_value is not distinct from standard.raw_value
        """
    ).fetchall()
    con.unregister("identity_standard")
