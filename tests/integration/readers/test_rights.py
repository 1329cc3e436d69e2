"""What each role may do: read the tables that are declared for it, and nothing else."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from assets.publish.postgres.errors import PostgresError
from tests.integration.readers.conftest import LOADER, Readers, let_in
from tests.integration.readers.small_publication import TABLES, small_access

ACCESS = small_access()
USERS = {"anna": "analyst", "mia": "marketing", "sam": "steward"}
MAY_READ = [(u, t) for u in USERS for t, may in ACCESS.tables.items() if USERS[u] in may]
MAY_NOT = [(u, t) for u in USERS for t, may in ACCESS.tables.items() if USERS[u] not in may]

FORBIDDEN = {
    "insert": "insert into publish.publication values ('x', '2017-12-31')",
    "update": "update publish.publication set run_id = 'x'",
    "delete": "delete from publish.publication",
    "truncate": "truncate publish.publication",
    "drop": "drop table publish.publication",
    "lock": "begin; lock table publish.publication in access exclusive mode",
    "new table": "create table publish.mine (one int)",
    "new schema": "create schema mine",
    "new table in public": "create table public.mine (one int)",
    "temporary table": "create temp table mine (one int)",
    "index": "create index on publish.dim_customers (country)",
    "no row rules": "alter table publish.dim_customers disable row level security",
    "own policy": "create policy mine on publish.dim_customers using (true)",
    "row rules off": "set row_security = off; table publish.dim_customers",
    "countries": "table access.role_countries",
    "own country": "insert into access.role_countries values ('anna', 'US')",
    "rename": "alter schema publish rename to mine",
    "role of the loader": f"set role {LOADER}",
    "own rights": "alter role current_user bypassrls",
    "other group": "grant c360_steward to current_user",
    "grant on": "grant select on publish.publication to public with grant option",
    "file to table": "copy publish.publication from '/etc/passwd'",
    "table to file": "copy publish.publication to '/tmp/c360-mine'",
    "program": "copy publish.publication to program 'cat'",
    "file": "select pg_read_file('/etc/passwd')",
    "large object": "select lo_import('/etc/passwd')",
    "statistics": "select stavalues1 from pg_statistic",
    "passwords": "select rolpassword from pg_authid",
    "definer": "create function publish.mine() returns int language sql return 1",
    "replaced rule": (
        "create or replace function publish.reader_countries() returns text[] language sql"
        " return null::text[]"
    ),
}


@pytest.mark.parametrize(("user", "table"), MAY_READ)
def test_a_declared_table_is_read(loaded: Readers, user: str, table: str) -> None:
    assert loaded.ask(user, f"select * from publish.{table}")


@pytest.mark.parametrize(("user", "table"), MAY_NOT)
def test_another_table_is_refused(loaded: Readers, user: str, table: str) -> None:
    gone = errors.UndefinedTable if not ACCESS.tables[table] else errors.InsufficientPrivilege
    with pytest.raises(gone):
        loaded.ask(user, f"select 1 from publish.{table}")


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_nothing_but_reading_is_allowed(loaded: Readers, user: str, forbidden: str) -> None:
    with loaded.session(user) as session, pytest.raises(psycopg.Error) as refused:
        session.execute(FORBIDDEN[forbidden])
    assert isinstance(refused.value, errors.InsufficientPrivilege | errors.InvalidGrantOperation), (
        refused.value
    )


def test_who_is_in_no_group_reads_nothing(loaded: Readers) -> None:
    for table in ACCESS.loaded():
        with pytest.raises(errors.InsufficientPrivilege):
            loaded.ask("nobody", f"select 1 from publish.{table}")
    with pytest.raises(errors.InsufficientPrivilege):
        loaded.ask("nobody", "select publish.customers_with_consent()")


def test_public_has_no_right_on_anything(loaded: Readers) -> None:
    given = loaded.admin(
        "select relname::text from pg_class cross join aclexplode(relacl) as given"
        " where relnamespace in ('publish'::regnamespace, 'access'::regnamespace)"
        " and given.grantee = 0 union all"
        " select proname::text from pg_proc cross join aclexplode(proacl) as given"
        " where pronamespace = 'publish'::regnamespace and given.grantee = 0 union all"
        " select nspname::text from pg_namespace cross join aclexplode(nspacl) as given"
        " where nspname in ('publish', 'access') and given.grantee = 0"
    )
    assert given == []


def test_every_table_of_customers_has_row_rules(loaded: Readers) -> None:
    open_tables = loaded.admin(
        "select distinct relname from pg_class inner join pg_attribute on attrelid = pg_class.oid"
        " where relnamespace = 'publish'::regnamespace and relkind = 'r'"
        " and attname like 'customer\\_key%' and not relrowsecurity"
    )
    assert open_tables == []


def test_groups_cannot_log_in_and_do_not_pass_by_row_rules(loaded: Readers) -> None:
    assert loaded.admin(
        "select rolname::text, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole from pg_roles"
        " where rolname like 'c360\\_%' and rolname <> 'c360_loader' order by 1"
    ) == [
        ("c360_analyst", False, False, False, False),
        ("c360_marketing", False, False, False, False),
        ("c360_steward", False, False, False, False),
    ]


def test_free_text_is_not_there(loaded: Readers) -> None:
    texts = loaded.admin(
        "select table_name::text, column_name::text from information_schema.columns"
        " where table_schema = 'publish' and column_name like '%\\_text'"
    )
    assert texts == [("churn_risk", "reason_text")], "which our own rules wrote"
    assert "fct_notes" in TABLES


def test_a_table_that_nobody_decided_on_stops_the_load(readers: Readers) -> None:
    with pytest.raises(PostgresError, match=r"does not say who may read invoices; declare"):
        readers.load("run-1", invoices="select 1 as one")
    assert readers.schemas() == []


def test_a_declared_table_that_is_not_published_stops_the_load(readers: Readers) -> None:
    with pytest.raises(PostgresError, match=r"declares gone, which is not published"):
        readers.load("run-1", small_access(gone=("analyst",)))


def test_a_group_that_passes_by_row_rules_is_refused(readers: Readers) -> None:
    readers.load("run-1")
    readers.admin("alter role c360_marketing bypassrls")
    try:
        with pytest.raises(PostgresError, match=r"c360_marketing passes by row rules; alter role"):
            readers.load("run-2")
    finally:
        readers.admin("alter role c360_marketing nobypassrls")
    assert readers.admin("select run_id from publish.publication") == [("run-1",)]


def test_default_privileges_for_others_are_refused(readers: Readers) -> None:
    readers.admin(f"alter default privileges for role {LOADER} grant select on tables to nobody")
    with pytest.raises(PostgresError, match=r"give nobody rights on new tables; take them away"):
        readers.load("run-1")
    assert readers.schemas() == []


def test_rights_are_the_same_after_the_next_switch(readers: Readers) -> None:
    readers.load("run-1")
    let_in(readers)
    readers.load("run-2")
    assert readers.ask("mia", "select run_id from publish.publication") == [("run-2",)]
    with pytest.raises(errors.InsufficientPrivilege):
        readers.ask("mia", "table publish.identity_audit")
