"""SQL of a page: names are only names, and a page ends where its position says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Window
from assets.raw.database.mysql import MySql
from assets.raw.database.paging import Reading, read_page, table_reading
from assets.raw.database.postgresql import PostgreSql
from assets.raw.database.settings import TableOptions
from assets.raw.database.tables import Dialect, Fetch, Rows, Session, Table, TableColumn

MAY = datetime(2017, 5, 1, tzinfo=UTC)
ALWAYS, IN_MAY = Window(None, MAY), Window(MAY, datetime(2017, 5, 2, tzinfo=UTC))
PG, MY = PostgreSql("UTC", False), MySql("UTC", False)


def column(name: str, kind: str, full: str | None = None) -> TableColumn:
    return TableColumn(name, kind, full or kind, "varchar", nullable=False, readable=True)


ORDERS = Table(
    "public",
    "orders",
    (
        column("id", "int8", "bigint"),
        column("changed", "timestamptz", "timestamp with time zone"),
        column("born", "timestamptz", "timestamp with time zone"),
        column("version", "int8", "bigint"),
        column('a"b`%s', "text"),
    ),
    primary_key=("id",),
)


class Fake(Session):
    """Answers every query with the same rows."""

    def __init__(self, rows: list[tuple[bytes | None, bytes | None]]) -> None:
        self.rows, self.queries, self.fetched = rows, [], []

    @contextmanager
    def reading(self, query: str, parameters: Sequence[object]) -> Iterator[Fetch]:
        self.queries.append((query, list(parameters)))
        left = list(self.rows)

        def fetch(count: int) -> Rows:
            taken, left[:] = left[:count], left[count:]
            self.fetched.append(len(taken))
            return taken

        yield fetch

    def now(self) -> datetime:
        return MAY

    def table(self, schema: str, name: str) -> Table:
        return ORDERS

    def any_row(self, query: str, parameters: Sequence[object]) -> bool:
        return False

    def close(self) -> None:
        pass


def reading(dialect: Dialect = PG, window: Window = ALWAYS, **options: object) -> Reading:
    return table_reading(dialect, ORDERS, ["id"], TableOptions.model_validate(options), window)


def rows(count: int, size: int = 10) -> list[tuple[bytes | None, bytes | None]]:
    return [(b"x" * size, b'["%d"]' % number) for number in range(count)]


def test_a_page_ends_at_so_many_rows() -> None:
    records, after = read_page(Fake(rows(4)), PG, reading(), None, 3, 1e9)
    assert (len(records), after) == (3, ["2"])
    records, after = read_page(Fake(rows(3)), PG, reading(), None, 3, 1e9)
    assert (len(records), after) == (3, None)
    assert read_page(Fake([]), PG, reading(), None, 3, 1e9) == ([], None)


def test_a_page_of_large_rows_ends_at_so_many_bytes() -> None:
    session = Fake(rows(500, size=1_000_000))
    records, after = read_page(session, PG, reading(), None, 10_000, 60e6)
    assert (len(records), after) == (60, ["59"])
    assert session.fetched[1:] == [4, 4, 4], "only few large rows are fetched at once"


def test_line_breaks_between_json_values_become_spaces() -> None:
    session = Fake([(b'{"a":{\n"b":\r\n"\\n"}}', b'["1"]')])
    assert read_page(session, PG, reading(), None, 3, 1e9)[0] == [b'{"a":{ "b":  "\\n"}}']


def test_rows_that_would_be_lost_are_refused() -> None:
    same = [(b"a", b'["1"]'), (b"b", b'["2"]'), (b"c", b'["2"]')]
    with pytest.raises(Fatal, match="two rows with the same key"):
        read_page(Fake(same), PG, reading(), None, 2, 1e9)
    with pytest.raises(Fatal, match="larger than the engine can hand out"):
        read_page(Fake([(None, b'["1"]')]), PG, reading(), None, 2, 1e9)


def test_names_are_quoted_and_a_per_cent_sign_is_no_placeholder() -> None:
    odd = ORDERS.columns[-1]
    assert PG.quoted(odd.name) == '"a""b`%%s"'
    assert MY.quoted(odd.name) == '`a"b``%%s`'
    query = PG.page(PG.table_name(ORDERS), {odd.name: PG.value(odd)}, [PG.sort(odd)], "1 = 1", 5)
    assert '"public"."orders"' in query
    assert query.replace("%%", "") % () == query.replace("%%", "")


def test_the_whole_table_has_no_window() -> None:
    session = Fake([])
    read_page(session, PG, reading(updated_at="changed"), ["7"], 3, 1e9)
    ((query, parameters),) = session.queries
    assert parameters == ["7"]
    assert '"changed" >=' not in query


def test_changes_are_ordered_by_time_and_key() -> None:
    session = Fake([])
    wanted = reading(window=IN_MAY, updated_at=["changed", "born"], where="note like 'a%'")
    read_page(session, PG, wanted, ["2017-05-01 10:00:00+00", "7"], 3, 1e9)
    ((query, parameters),) = session.queries
    assert parameters == [
        "2017-05-01T00:00:00+00:00",
        "2017-05-02T00:00:00+00:00",
        "2017-05-01 10:00:00+00",
        "7",
    ]
    flat = " ".join(query.split())
    moved = 'coalesce("changed", "born")'
    zone = "timestamp with time zone"
    assert f"(note like 'a%%') and {moved} >= %s::{zone} and {moved} <= %s::{zone}" in flat
    assert f'and ({moved}, "id") > (%s::{zone}, %s::bigint)' in flat
    assert flat.endswith(f'order by {moved}, "id" limit 4')


def test_all_columns_that_may_be_read_or_only_the_declared() -> None:
    hidden = replace(ORDERS.columns[2], readable=False)
    table = replace(ORDERS, columns=(*ORDERS.columns[:2], hidden, *ORDERS.columns[3:]))
    options = TableOptions(updated_at=["changed"])
    every = table_reading(PG, table, ["version"], options, ALWAYS)
    assert set(every.values) == {"id", "changed", "version", 'a"b`%s'}
    few = table_reading(PG, table, ["version"], options, ALWAYS, with_undeclared=False)
    assert list(few.values) == ["id", "changed", "version"]
    with pytest.raises(Fatal, match=r"may not read the column 'born'; grant select \(born\)"):
        table_reading(PG, table, ["born"], options, ALWAYS)


def test_mysql_compares_term_by_term() -> None:
    table = Table("shop", "t", (column("a", "bigint"), column("b", "varchar")), ("a", "b"))
    wanted = table_reading(MY, table, [], TableOptions(), ALWAYS)
    condition, parameters = MY.later(wanted.sorts, ["7", "x"])
    assert condition == "(`a` >= %s and ((`a` > %s) or (`a` = %s and `b` > %s)))"
    assert parameters == [7, 7, 7, "x"]


def test_a_whole_number_needs_its_unit() -> None:
    given = reading(window=IN_MAY, updated_at="version", updated_at_unit="ms")
    assert given.parameters == ("1493596800000", "1493683200000")
    with pytest.raises(Fatal, match="say the unit of a whole number in updated_at_unit"):
        reading(window=IN_MAY, updated_at="version")
    with pytest.raises(Fatal, match="of different types; name one"):
        reading(window=IN_MAY, updated_at=["changed", "version"])
