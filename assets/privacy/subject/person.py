"""Who is asked for: the customer of a request, and everything by which that person is found.

A value that other customers have as well (a family's phone, the shop's e-mail address) is no trace
of the person: their rows would go with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from assets.privacy.subject.leads import IDENTIFIER, ROW

CLEAR_TRACES = "temp.erasure_clear_traces"
"""One row per kind and value of the person, in each way in which a table may write it."""

CUSTOMER = f"{ROW}customer"
"""The kind of customer keys."""

RECORD_NUMBER = "record_number"
"""Numbers the records of one night in tables of identity resolution."""


class NobodyError(Exception):
    """One line: who was asked for is not known here, or is not one person."""


@dataclass(frozen=True)
class Person:
    """One customer as the live build knows it: the key of today, and how much leads there.

    Attributes:
        customer_key: Of today.
        keys: It and every key that became it.
        records: Records of the sources.
        references: Rows that name the customer: tickets, answers, consents.
        identifiers: Identifiers that nobody else has.
        shared: Identifiers that others have as well, which are left to them.
    """

    customer_key: str
    keys: tuple[str, ...]
    records: int
    references: int
    identifiers: int
    shared: int


def customer_of_record(con: duckdb.DuckDBPyConnection, source: str, record_id: str) -> str:
    """The customer key of a record such as crm_zoho.contacts, 123.

    Raises:
        NobodyError: there is no such record.
    """
    found = con.execute(
        "select customer_key from vault.identity.customers_map"
        " where source = ? and source_record_id = ? and is_current",
        [source, record_id],
    ).fetchall()
    if not found:
        raise NobodyError(f"{source}: the live build knows no record of that number")
    return str(found[0][0])


def write_person(con: duckdb.DuckDBPyConnection, customer_key: str) -> Person:
    """Write `temp.erasure_clear_traces` of a customer; the vault is attached as `vault`.

    Raises:
        NobodyError: no customer has or had the key.
    """
    today = con.execute(
        "select coalesce("
        " (select any_value(customer_key) from vault.identity.key_aliases"
        "  where customer_key_before = $1), $1)",
        [customer_key],
    ).fetchall()[0][0]
    con.execute(
        "create or replace temp table erasure_records as"
        " select source, source_record_id, true as is_record from vault.identity.customers_map"
        " where customer_key = $1 and is_current"
        " union all"
        " select source, source_record_id, false from vault.identity.references_map"
        " where customer_key = $1",
        [today],
    ).fetchall()
    counts = con.execute(
        "select count(*) filter (is_record), count(*) filter (not is_record) from erasure_records"
    ).fetchall()[0]
    if counts == (0, 0):
        raise NobodyError("the live build knows no customer of that key")
    con.execute(f"""
        create or replace temp table erasure_identifiers as
        with own as (
            select distinct identifier_type, identifier_value
            from vault.identity.identifiers as identifiers
            semi join erasure_records as records
                on identifiers.source = records.source
                and identifiers.source_record_id = records.source_record_id
            where is_valid
        ),

        others as (
            select distinct identifier_type, identifier_value
            from vault.identity.identifiers as identifiers
            anti join erasure_records as records
                on identifiers.source = records.source
                and identifiers.source_record_id = records.source_record_id
            where is_valid
        )

        select
            '{IDENTIFIER}' || own.identifier_type as kind,
            own.identifier_value as value,
            others.identifier_value is not null as is_shared
        from own
        left join others
            on own.identifier_type = others.identifier_type
            and own.identifier_value = others.identifier_value
    """).fetchall()
    con.execute(
        f"""
        create or replace temp table erasure_clear_traces as
        select '{ROW}' || source as kind, source_record_id as value from erasure_records
        union
        select kind, value from erasure_identifiers where not is_shared
        union
        select '{ROW}{RECORD_NUMBER}', cast(record_number as varchar)
        from vault.identity.customers_map
        where customer_key = ? and is_current
        union
        select '{CUSTOMER}', ?
        union
        select '{CUSTOMER}', customer_key_before
        from vault.identity.key_aliases
        where customer_key = ?
    """,
        [today, today, today],
    ).fetchall()
    keys = con.execute(
        f"select value from {CLEAR_TRACES} where kind = '{CUSTOMER}' order by value"
    ).fetchall()
    shared = con.execute(
        "select count(*) filter (not is_shared), count(*) filter (is_shared)"
        " from erasure_identifiers"
    ).fetchall()[0]
    return Person(today, tuple(key for (key,) in keys), *counts, *shared)
