"""Connector for relational databases 关系数据库: PostgreSQL, MySQL and MariaDB.

A stream is a table or a view, `schema.table` or `table`. The engine itself builds the JSON of the
rows, in a read-only transaction, a page at a time; docs/sources/database.md has the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import tenacity
from pydantic import BaseModel

from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.connector.http import GaveUp
from assets.raw.connector.model import Connection, Connector, Page, Request, State, SystemField
from assets.raw.connector.settings import checked_settings
from assets.raw.database.mysql import MySql
from assets.raw.database.paging import Reading, check_key, ids_reading, read_page, table_reading
from assets.raw.database.postgresql import PostgreSql
from assets.raw.database.settings import LIVE_IDS, DatabaseSettings, LiveIdsOptions, TableOptions
from assets.raw.database.tables import Dialect, Session, Table

Answer = TypeVar("Answer")
Options = TypeVar("Options", bound=BaseModel)


class Database(Connector):
    """Reads tables and views of one database.

    The state of a pull is `{"after": [texts]}`, the position of the last row of the page before,
    and for `live_ids` also `"table"`, the number of the table that it belongs to.
    """

    harmless_settings = Connector.harmless_settings | {
        *("url", "host", "port", "socket", "user", "password", "sslmode", "sslrootcert"),
        *("lag_seconds", "rows_per_page", "megabytes_per_page", "attempts", "first_wait_seconds"),
        *("connect_timeout_seconds", "statement_timeout_seconds"),
    }

    def __init__(self, connection: Connection) -> None:
        """Take the settings; connects when first asked for something.

        Raises:
            Fatal: a setting is missing or wrong.
        """
        super().__init__(connection)
        self._settings = checked_settings(DatabaseSettings, connection.settings, connection.source)
        self._with_undeclared = self._settings.columns == "all"
        self.asks_for_declared_fields = not self._with_undeclared
        kind = PostgreSql if self._settings.dialect == "postgresql" else MySql
        self._dialect: Dialect = kind(
            self._settings.timezone, self._settings.impossible_dates == "empty"
        )
        self._session: Session | None = None
        self._tables: dict[str, Table] = {}

    def first(self, request: Request) -> State:
        """The beginning, once it is sure that no row will be lost for want of a key.

        Raises:
            Fatal: the table has no usable key, or changes are asked for without `updated_at`.
        """
        if request.delivery == "increment" and not request.options.get("updated_at"):
            raise Fatal(
                f"{self.connection.source}: {request.stream}: changes need options.updated_at; "
                "name the column, or write 'delivery: snapshot' in the contract"
            )
        for reading in self._readings(request):
            self._ask(partial(check_key, dialect=self._dialect, reading=reading), request)
        return {"after": None} | ({"table": 0} if request.stream == LIVE_IDS else {})

    def page(self, request: Request, state: State) -> Page:
        """Rows behind the position, at most so many and so large as the settings say."""
        number = state.get("table", 0)
        readings = self._readings(request)
        records, after = self._ask(
            partial(
                read_page,
                dialect=self._dialect,
                reading=readings[number],
                after=state["after"],
                max_rows=request.options.get("rows_per_page") or self._settings.rows_per_page,
                max_bytes=self._settings.megabytes_per_page * 1e6,
            ),
            request,
        )
        if request.stream != LIVE_IDS:
            return Page(records, None if after is None else {"after": after})
        if after is None:
            number += 1
        return Page(records, None if number == len(readings) else {"after": after, "table": number})

    def fields(self, request: Request) -> list[SystemField]:
        """Columns by the catalogue."""
        if request.stream == LIVE_IDS:
            return [SystemField("object", "varchar"), SystemField("record_id", "varchar")]
        (reading,) = self._readings(request)
        return [
            SystemField(column.name, column.type, column.label)
            for column in reading.table.columns
            if column.name in reading.values
        ]

    def increments(self, stream: str) -> bool:
        """A table can, when its options name updated_at; without, it is pulled as a whole."""
        return stream != LIVE_IDS

    def probe(self, request: Request) -> str:
        """Look at the catalogue, and read no row."""
        readings = self._readings(request)
        if request.stream == LIVE_IDS:
            rows = [reading.table.estimated_rows for reading in readings]
            return f"ids of {len(readings)} tables, {_about(sum(count or 0 for count in rows))}"
        (reading,) = readings
        options = self._options(TableOptions, request)
        table = reading.table
        words = [
            f"{len(table.columns)} columns",
            _about(table.estimated_rows),
            f"key {', '.join(column.name for column in reading.key)}",
        ]
        if options.updated_at:
            moved = table.column(options.updated_at[0], "updated_at")
            words.append(f"changes by {', '.join(options.updated_at)}")
            if moved.name not in table.indexed or len(options.updated_at) > 1:
                words.append("no index serves that: every pull of changes reads the whole table")
            if all(table.column(name, "updated_at").nullable for name in options.updated_at):
                words.append("rows where it is null arrive only when everything is pulled")
        else:
            words.append("no updated_at: every pull reads the whole table")
        return "; ".join([*words, *table.notes])

    def now(self) -> datetime | None:
        """The database's clock, less the lag for transactions that are still open."""
        moment = self._ask(lambda session: session.now())
        return moment.astimezone(UTC) - timedelta(seconds=self._settings.lag_seconds)

    def close(self) -> None:
        """End the connection; the next question makes another."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _readings(self, request: Request) -> list[Reading]:
        """What is read of each table of the stream."""
        if request.stream == LIVE_IDS:
            wanted = self._options(LiveIdsOptions, request).tables
            tables = {name: self._table(request, name) for name in wanted}
            with self._named(request):
                return [
                    ids_reading(self._dialect, tables[name], name, key)
                    for name, key in wanted.items()
                ]
        options = self._options(TableOptions, request)
        table = self._table(request, request.stream)
        with self._named(request):
            return [
                table_reading(
                    self._dialect,
                    table,
                    request.fields,
                    options,
                    request.window,
                    optional=request.optional,
                    with_undeclared=self._with_undeclared,
                )
            ]

    def _options(self, model: type[Options], request: Request) -> Options:
        place = f"{request.stream}: options"
        return checked_settings(model, request.options, self.connection.source, place)

    def _table(self, request: Request, name: str) -> Table:
        schema, dot, table = name.partition(".")
        if not dot:
            schema, table = self._settings.default_schema, name
        if name not in self._tables:
            self._tables[name] = self._ask(lambda session: session.table(schema, table), request)
        return self._tables[name]

    def _ask(self, question: Callable[[Session], Answer], request: Request | None = None) -> Answer:
        """Ask the database; what passes is asked again, over a new connection.

        Raises:
            SourceError: there is no answer, and why.
        """
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._settings.attempts),
            retry=tenacity.retry_if_exception_type(Retryable),
            wait=tenacity.wait_random_exponential(self._settings.first_wait_seconds, max=60),
            sleep=self.connection.sleep,
            reraise=True,
        )
        with self._named(request):
            return attempts(self._once, question)

    @contextmanager
    def _named(self, request: Request | None) -> Iterator[None]:
        """Put source and stream before the text of an error."""
        place = self.connection.source + (f": {request.stream}" if request else "")
        try:
            yield
        except Retryable as error:
            tried = f"tried {self._settings.attempts} times; run again later"
            raise GaveUp(f"{place}: {error}; {tried}") from None
        except Fatal as error:
            raise Fatal(f"{place}: {error}") from None

    def _once(self, question: Callable[[Session], Answer]) -> Answer:
        try:
            if self._session is None:
                self._session = self._connect()
            return question(self._session)
        except Retryable:
            self.close()
            raise

    def _connect(self) -> Session:
        if self._settings.dialect == "postgresql":
            from assets.raw.database.postgresql_session import PostgreSqlSession

            return PostgreSqlSession(self._settings)
        from assets.raw.database.mysql_session import MySqlSession

        return MySqlSession(self._settings)


def _about(rows: int | None) -> str:
    return "an unknown number of rows" if rows is None else f"about {rows:,} rows"
