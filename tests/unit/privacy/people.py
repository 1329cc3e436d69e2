"""Two people and what identity resolution knows of them, in a vault of a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.enrich.identity.rules import default_rules
from assets.privacy.subject.person import write_person
from assets.privacy.subject.search import Search

WEI, LI = "C00000000000000a1", "C00000000000000b2"

SHARED_PHONE = "+8613907552468"

TABLES = f"""
    create schema vault.identity;
    create schema vault.handover;
    create table vault.identity.customers_map as
    select * from (values
        ('crm.contacts', '1', '{WEI}', true, 1),
        ('shop.customers', '7', '{WEI}', true, 2),
        ('crm.contacts', '2', '{LI}', true, 3)
    ) as t (source, source_record_id, customer_key, is_current, record_number);
    create table vault.identity.references_map as
    select * from (values
        ('desk.tickets', 'T1', '{WEI}'), ('desk.tickets', 'T2', 'unknown')
    ) as t (source, source_record_id, customer_key);
    create table vault.identity.identifiers as
    select *, false as is_shared from (values
        ('crm.contacts', '1', 'email', 'wei@example.com', true),
        ('crm.contacts', '1', 'phone', '{SHARED_PHONE}', true),
        ('crm.contacts', '2', 'phone', '{SHARED_PHONE}', true),
        ('crm.contacts', '2', 'email', 'li@example.com', true),
        ('shop.customers', '7', 'shop_customer_id', '7', true),
        ('desk.tickets', 'T2', 'email', 'ghost.reader@example.com', true)
    ) as t (source, source_record_id, identifier_type, identifier_value, is_valid);
    create table vault.identity.key_aliases as
    select 'C00000000000000c3' as customer_key_before, '{WEI}' as customer_key;
    create table vault.identity.int_customer_names as
    select '{WEI}' as customer_key, e'Wei Zhang\\nZhang Wei' as full_names;
    create table vault.handover.int_crm_staff_names as
    select * from (values ('crm', '900', 'Anna Sales'), ('crm', '901', 'Wei Zhang'))
        as t (source, user_id, full_name);
"""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as vault")
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def search(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Search:
    """Looks for Wei."""
    return Search(con, write_person(con, WEI), default_rules(), "CN", tmp_path)
