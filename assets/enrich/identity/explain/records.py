"""Which record a person means by `crm_zoho:123`, and how a record may be shown."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from assets.enrich.identity.explain.model import ExplainError, Names, RecordId
from assets.enrich.identity.keys.hashes import PADS_TABLE, keyed_hash

if TYPE_CHECKING:
    import duckdb

SHOWN_DIGITS = 12
"""How much of a keyed hash is shown: enough to find it in identity_audit."""

OWN_NUMBERS = ("shop_customer_id", "loyalty_id")
"""Numbers that the company gave itself. An id that contains any other identifier of its own record
is shown as a keyed hash (social profiles)."""

_KEY = re.compile(r"#?([0-9a-f]{12,64})")


def find_record(con: duckdb.DuckDBPyConnection, text: str) -> RecordId:
    """The record that is meant by `source:id`, `system:id` or an identity key of identity_audit.

    Raises:
        ExplainError: there is none, or there are several; the line says what to do.
    """
    wanted = text.strip()
    as_key = _KEY.fullmatch(wanted)
    source, colon, record_id = wanted.partition(":")
    if as_key:
        found = _by_identity_key(con, as_key.group(1))
    elif colon and source and record_id:
        found = con.execute(
            """
            select distinct source, source_record_id from vault.identity.customers_map
            where source_record_id = $id and (source = $source or starts_with(source, $system))
            order by source
            """,
            {"id": record_id, "source": source.lower(), "system": f"{source.lower()}."},
        ).fetchall()
    else:
        raise ExplainError(
            "A record is named source:id, such as crm_zoho:123, crm_zoho.contacts:123 or "
            "orders:987, or by its identity_key in identity_audit"
        )
    if len(found) > 1:
        raise ExplainError(_ambiguous(wanted, found, by_key=bool(as_key)))
    if not found:
        raise ExplainError(_unknown(con, wanted, "" if as_key else source.lower(), record_id))
    return found[0]


def shown_names(con: duckdb.DuckDBPyConnection, records: Collection[RecordId]) -> Names:
    """How each record may be shown: `source:id`, or `source:#hash` where the id is personal."""
    rows = con.execute(
        f"""
        with wanted as (
            select unnest($sources) as source, unnest($ids) as source_record_id
        ),

        personal as (
            select distinct wanted.source, wanted.source_record_id
            from wanted
            inner join vault.identity.identifiers as identifiers
                on wanted.source = identifiers.source
                and wanted.source_record_id = identifiers.source_record_id
            where not list_contains($own_numbers, identifiers.identifier_type)
                and identifiers.identifier_value <> ''
                and contains(
                    lower(wanted.source_record_id),
                    ltrim(lower(identifiers.identifier_value), '+')
                )
        )

        select
            wanted.source,
            wanted.source_record_id,
            wanted.source || ':' || case
                when personal.source is null then wanted.source_record_id
                else '#' || left({_identity_key("wanted")}, {SHOWN_DIGITS})
            end
        from wanted
        cross join {PADS_TABLE} as pads
        left join personal
            on wanted.source = personal.source
            and wanted.source_record_id = personal.source_record_id
        """,
        {
            "sources": [source for source, _ in records],
            "ids": [record_id for _, record_id in records],
            "own_numbers": list(OWN_NUMBERS),
        },
    ).fetchall()
    return {(source, record_id): name for source, record_id, name in rows}


def _identity_key(table: str) -> str:
    """The same hash as identity_key of bridge_customer_identities and identity_audit."""
    return keyed_hash(f"({table}.source || ':' || {table}.source_record_id)")


def _by_identity_key(con: duckdb.DuckDBPyConnection, digits: str) -> list[RecordId]:
    return con.execute(
        f"""
        select records.source, records.source_record_id
        from (
            select distinct source, source_record_id from vault.identity.customers_map
        ) as records
        cross join {PADS_TABLE} as pads
        where starts_with({_identity_key("records")}, $digits)
        order by records.source
        """,
        {"digits": digits},
    ).fetchall()


def _ambiguous(text: str, found: list[RecordId], by_key: bool) -> str:
    if by_key:
        return f"{text} fits {len(found)} records; give more digits of the identity_key"
    full = " or ".join(f"{source}:{text.partition(':')[2]}" for source, _ in found)
    return f"{text} fits {len(found)} records; say {full}"


def _unknown(con: duckdb.DuckDBPyConnection, text: str, source: str, record_id: str) -> str:
    referring = con.execute(
        """
        select source, customer_key from vault.identity.references_map
        where source_record_id = $id and (source = $source or starts_with(source, $system))
        """,
        {"id": record_id, "source": source, "system": f"{source}."},
    ).fetchall()
    if source and referring:
        return (
            f"{text} is no person's record but one that refers to a person ({referring[0][0]}, "
            f"customer {referring[0][1]}); name a record of that customer"
        )
    sources = con.execute(
        "select distinct source from vault.identity.customers_map order by source"
    ).fetchall()
    return (
        f"{text} is not among the records of people in this build; the id must be written as the "
        f"source writes it, and the source is one of {', '.join(name for (name,) in sources)}"
    )
