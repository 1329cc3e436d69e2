"""What goes wrong with the readers' PostgreSQL, without the connection string and without data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

ADVICE = {
    "password authentication failed": "the server refuses user or password",
    "no password supplied": "the server asks for a password, and the connection string has none",
    "no pg_hba.conf entry": "the server lets nobody in from this machine (pg_hba.conf)",
    "could not translate host name": "the host is not known here",
    "resolve host": "the host is not known here",
    "connection refused": "nobody listens at that host and port",
    "timeout": "the server does not answer",
    "timed out": "the server does not answer",
    "does not exist": "the server has no such database or user",
    "certificate": "the server's certificate is not trusted",
    "too many": "the server has no connection to spare",
    "starting up": "the server is starting; run this again in a minute",
}
"""What the driver says of a connection that fails, without the names that it quotes."""


class PostgresError(Exception):
    """One line: what was not loaded, why, and how to mend it."""


@contextmanager
def in_our_words(doing: str) -> Iterator[None]:
    """Say what failed by its kind: the driver's own texts quote rows and connection strings.

    Args:
        doing: what was done, such as `writing table rfm`.

    Raises:
        PostgresError: in place of any error of the driver, which no log shows then.
    """
    try:
        yield
    except psycopg.Error as error:
        kind = f"{error.sqlstate or 'no SQLSTATE'}, {type(error).__name__}"
        raise PostgresError(
            f"PostgreSQL failed at {doing} ({kind}); readers keep what they had. The server's log"
            " says more; `make publish-postgres` loads the live publication again."
        ) from None


def connection_problem(error: psycopg.Error) -> str:
    """Why no connection came about, in words that hold nothing of the connection string."""
    text = str(error).lower()
    return next(
        (words for mark, words in ADVICE.items() if mark in text),
        f"the driver says {type(error).__name__}",
    )
