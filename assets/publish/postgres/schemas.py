"""The schema `publish` in PostgreSQL, and the change from one publication to the next."""

from __future__ import annotations

import psycopg
from psycopg import sql

from assets.publish.exports import SCHEMA
from assets.publish.postgres.errors import PostgresError
from assets.publish.switch import Publication

MARK = "customer-360-warehouse: "
"""How the comment of a schema begins that was made here: others are never touched."""

ATTEMPTS = 12
WAIT = "5s"
"""How long a reader's transaction may hold up the switch: a minute, in pieces, so that readers who
come meanwhile wait a piece at most."""

OURS = """
    select nspname::text from pg_catalog.pg_namespace
    where starts_with(obj_description(oid, 'pg_namespace'), %s) and nspname <> %s
    order by nspname
"""
# Views of readers' own that stand on a publication; to drop it would drop them.
DEPENDENT_VIEWS = """
    select count(*)
    from pg_catalog.pg_depend as link
    inner join pg_catalog.pg_rewrite as rule
        on link.classid = 'pg_rewrite'::regclass and rule.oid = link.objid
    inner join pg_catalog.pg_class as reading on reading.oid = rule.ev_class
    inner join pg_catalog.pg_class as read
        on link.refclassid = 'pg_class'::regclass and read.oid = link.refobjid
    where read.relnamespace = %s::regnamespace and reading.relnamespace <> read.relnamespace
"""


def refuse_foreign(connection: psycopg.Connection) -> None:
    """Refuse to take the place of a schema that was not made here.

    Raises:
        PostgresError: there is one.
    """
    foreign = connection.execute(
        "select 1 from pg_catalog.pg_namespace where nspname = %s and not coalesce("
        "starts_with(obj_description(oid, 'pg_namespace'), %s), false)",
        [SCHEMA, MARK],
    ).fetchone()
    if foreign:
        raise PostgresError(
            f"the database has a schema {SCHEMA} that was not made by this pipeline; rename that"
            " one, or name another database in the file of C360_POSTGRES_DSN_FILE"
        )


def describe(connection: psycopg.Connection, schema: str, publication: Publication) -> None:
    """Mark a schema as made here, with its run and business date."""
    words = f"{MARK}run {publication.run_id}, business date {publication.as_of}"
    connection.execute(
        sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(words))
    )


def switch(connection: psycopg.Connection, fresh: str) -> None:
    """Give a schema the name that readers use; within the transaction that wrote it.

    Who has read `publish.publication` in a transaction keeps that run until its end: the switch
    waits for that.

    Raises:
        PostgresError: a reader held it up for too long.
    """
    row = connection.execute("select pg_current_xact_id()::text, to_regnamespace(%s)", [SCHEMA])
    number, live = row.fetchone() or ("", None)
    if live:
        _wait_for_readers(connection)
        connection.execute(
            sql.SQL("alter schema {} rename to {}").format(
                sql.Identifier(SCHEMA), sql.Identifier(f"{SCHEMA}_before_{number}")
            )
        )
    connection.execute(
        sql.SQL("alter schema {} rename to {}").format(
            sql.Identifier(fresh), sql.Identifier(SCHEMA)
        )
    )


def _wait_for_readers(connection: psycopg.Connection) -> None:
    for _ in range(ATTEMPTS):
        try:
            with connection.transaction():
                connection.execute(sql.SQL("set local lock_timeout = {}").format(WAIT))
                connection.execute(
                    sql.SQL("lock table {}.publication in access exclusive mode").format(
                        sql.Identifier(SCHEMA)
                    )
                )
        except psycopg.errors.LockNotAvailable:
            continue
        return
    raise PostgresError(
        f"a transaction has held {SCHEMA}.publication for a minute; end it (pg_stat_activity shows"
        " it), then `make publish-postgres`. Readers keep what they had."
    )


def remove_old(connection: psycopg.Connection) -> list[str]:
    """Drop earlier publications that nobody uses any more.

    Returns:
        Those that stay for now: a query reads them, or a view of a reader's own stands on them.
    """
    kept = []
    for (name,) in connection.execute(OURS, [MARK, SCHEMA]).fetchall():
        if connection.execute(DEPENDENT_VIEWS, [name]).fetchone() != (0,):
            kept.append(name)
            continue
        try:
            with connection.transaction():
                connection.execute(sql.SQL("set local lock_timeout = {}").format(WAIT))
                connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
        except psycopg.errors.LockNotAvailable:
            kept.append(name)
    return kept
