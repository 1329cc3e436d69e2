"""Roles, grants and row rules of a publication in PostgreSQL.

Functions and policies are bound to the tables of their own publication, by what they are and not by
name: a row is judged by the consents and countries of the same run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import psycopg
from psycopg import sql

from assets.publish.postgres.access import Access, Audience
from assets.publish.postgres.errors import PostgresError
from assets.publish.postgres.tables import Table

RULES = """
create schema if not exists access;
create table access.role_countries (
    role regrole not null,
    country text not null check (country ~ '^[A-Z]{2}$'),
    primary key (role, country)
);
comment on table access.role_countries is
    'Logins that see only customers of some countries 按国家; who is not listed sees all.';
revoke all on schema access from public;
revoke all on access.role_countries from public;
"""

FUNCTIONS = """
create function {schema}.reader_countries() returns text[]
language sql stable parallel safe security definer set search_path = pg_catalog
begin atomic
    select array_agg(distinct rule.country)
    from access.role_countries as rule
    where pg_has_role(session_user, rule.role, 'member');
end;

create function {schema}.customers_of_countries() returns setof text
language sql stable parallel safe security definer set search_path = pg_catalog
begin atomic
    select customer.customer_key
    from {schema}.dim_customers as customer
    where customer.country = any((select {schema}.reader_countries())::text[]);
end;

create function {schema}.customers_with_consent() returns setof text
language sql stable parallel safe security definer set search_path = pg_catalog
begin atomic
    select distinct consent.customer_key
    from {schema}.bridge_customer_consents as consent
    where consent.purpose = 'marketing' and consent.is_granted and (
        (select {schema}.reader_countries()) is null
        or consent.customer_key in (select {schema}.customers_of_countries())
    );
end;
"""
FUNCTION_NAMES = ("reader_countries", "customers_of_countries", "customers_with_consent")

IN_COUNTRIES = (
    "(select {schema}.reader_countries()) is null"
    " or {column} in (select {schema}.customers_of_countries())"
)
WITH_CONSENT = "{column} in (select {schema}.customers_with_consent())"

# Rights that the server's default privileges may have given to others on new tables.
STRANGERS = """
    select distinct coalesce(grantee.rolname, 'public')
    from pg_catalog.pg_class as relation
    cross join aclexplode(relation.relacl) as given
    left join pg_catalog.pg_roles as grantee on grantee.oid = given.grantee
    where relation.relnamespace = %s::regnamespace
        and given.grantee <> relation.relowner
        and not coalesce(grantee.rolname = any(%s), false)
"""


def make_roles(connection: psycopg.Connection, audiences: Iterable[Audience]) -> None:
    """Make the group roles that are missing, and the table of countries.

    Raises:
        PostgresError: the loader may not make roles, or a role would pass by the row rules.
    """
    wanted = sorted({audience.role for audience in audiences})
    found: dict[str, bool] = dict(
        connection.execute(
            "select rolname, rolsuper or rolbypassrls from pg_roles where rolname = any(%s)",
            [wanted],
        ).fetchall()
    )
    for role in wanted:
        if found.get(role):
            raise PostgresError(
                f"role {role} passes by row rules; alter role {role} nosuperuser nobypassrls"
            )
    missing = [role for role in wanted if role not in found]
    try:
        for role in missing:
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    except psycopg.errors.InsufficientPrivilege:
        statements = "; ".join(f"create role {role} nologin" for role in missing)
        raise PostgresError(
            f"the loader may not make roles; let an administrator run: {statements}"
        ) from None
    if connection.execute("select to_regclass('access.role_countries')").fetchone() == (None,):
        connection.execute(RULES)


def make_rules(
    connection: psycopg.Connection, schema: str, tables: Sequence[Table], access: Access
) -> None:
    """Give tables to their readers, and limit the rows of those that tell of customers.

    Raises:
        PostgresError: somebody who is not declared has rights on a table.
    """
    roles = sorted({audience.role for audience in access.audiences.values()})
    place = sql.Identifier(schema)
    readers = _names(roles)
    connection.execute(sql.SQL(FUNCTIONS).format(schema=place))
    connection.execute(
        sql.SQL(
            "revoke all on schema {schema} from public;"
            "revoke all on all tables in schema {schema} from public;"
            "revoke all on all functions in schema {schema} from public;"
            "grant usage on schema {schema} to {readers}"
        ).format(schema=place, readers=readers)
    )
    for name in FUNCTION_NAMES:
        connection.execute(
            sql.SQL("grant execute on function {}.{}() to {}").format(
                place, sql.Identifier(name), readers
            )
        )
    for table in tables:
        for statement in _table_rules(place, table, access.roles(table.name)):
            connection.execute(statement)
    strangers = connection.execute(STRANGERS, [schema, roles]).fetchall()
    if strangers:
        names = ", ".join(name for (name,) in strangers)
        raise PostgresError(
            f"default privileges of the database give {names} rights on new tables; take them away"
            " (alter default privileges ... revoke)"
        )


def _table_rules(
    schema: sql.Identifier, table: Table, readers: Sequence[Audience]
) -> Iterable[sql.Composed]:
    target = sql.SQL("{}.{}").format(schema, sql.Identifier(table.name))
    yield sql.SQL("grant select on {} to {}").format(
        target, _names([reader.role for reader in readers])
    )
    if not table.customer_columns:
        return
    yield sql.SQL("alter table {} enable row level security").format(target)
    for kind, rule in (("all", "true"), ("consented", WITH_CONSENT)):
        roles = [reader.role for reader in readers if reader.customers == kind]
        if roles:
            yield _policy(f"customers_{kind}", "permissive", schema, table, roles, rule)
    yield _policy("countries", "restrictive", schema, table, None, IN_COUNTRIES)


def _policy(
    name: str,
    kind: str,
    schema: sql.Identifier,
    table: Table,
    roles: Sequence[str] | None,
    rule: str,
) -> sql.Composed:
    """One policy; where a row tells of two customers, the rule holds for both."""
    conditions = [
        sql.SQL("({})").format(sql.SQL(rule).format(schema=schema, column=sql.Identifier(column)))
        for column in table.customer_columns
    ]
    return sql.SQL("create policy {} on {}.{} as {} for select to {} using ({})").format(
        sql.Identifier(name),
        schema,
        sql.Identifier(table.name),
        sql.SQL(kind),
        _names(roles) if roles else sql.SQL("public"),
        sql.SQL(" and ").join(conditions),
    )


def _names(roles: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(role) for role in sorted(set(roles)))
