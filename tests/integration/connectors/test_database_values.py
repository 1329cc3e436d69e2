"""Values arrive as they are, digit by digit, and a table's types become those of a contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.integration.connectors.database_requests import asked, everything
from tests.integration.connectors.databases import (
    Server,
    mariadb_server,
    postgresql_server,
)

HOSTILE = 'He said "hi"\\n\t\r\n中文 😀 \u2028 \x7f,\'%s%%'
LONG = "12345678901234567890.123456789012345678"
UUID = "123e4567-e89b-12d3-a456-426655440000"
MICRO = "2017-02-28 10:00:00.000001"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Server]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="module")
def mariadb() -> Iterator[Server]:
    with mariadb_server() as server:
        yield server


def one_value(
    server: Server, home: Path, kind: str, literal: str, **settings: Any
) -> tuple[Any, str]:
    """What one value of a type arrives as, and the type of the contract."""
    server.run(f"create table one (id int primary key, `value` {kind})".replace("`", server.quote))
    try:
        statements = (
            ["set time_zone = '+00:00', sql_mode = ''"] if server.dialect == "mysql" else []
        )
        with closing(server.connect()) as connection, connection.cursor() as cursor:
            for statement in [*statements, f"insert into one values (1, {literal})"]:
                cursor.execute(statement)
        with closing(server.database(home, **settings)) as database:
            (row,) = everything(database, asked("one", "value"))
            kinds = {field.name: field.type for field in database.fields(asked("one"))}
        return row["value"], kinds["value"]
    finally:
        server.run("drop table one")


@pytest.mark.parametrize(
    ("kind", "literal", "value", "contract"),
    [
        ("bigint", "9223372036854775807", 9223372036854775807, "bigint"),
        ("smallint", "-7", -7, "integer"),
        ("numeric(38,18)", LONG, LONG, "decimal(38,18)"),
        ("numeric", "1e-30", f"0.{'0' * 29}1", "decimal(38,9)"),
        ("numeric(60,4)", "1", "1.0000", "varchar"),
        ("numeric", "'NaN'", "NaN", "decimal(38,9)"),
        ("numeric[]", f"array[{LONG}, null]", [LONG, None], "json"),
        ("money", "1234.5", "1234.50", "decimal(18,2)"),
        ("float8", "0.1", 0.1, "double"),
        ("float8", "'NaN'", "NaN", "double"),
        ("float4", "16777217", 16777216, "double"),
        ("boolean", "true", True, "boolean"),
        ("text", "''", "", "varchar"),
        ("text", "null", None, "varchar"),
        ("char(4)", "'ab'", "ab  ", "varchar"),
        ("bytea", r"'\x00ff7b'", "00ff7b", "varchar"),
        ("date", "'2017-02-28'", "2017-02-28", "date"),
        ("date", "'infinity'", "infinity", "date"),
        ("timestamptz", f"'{MICRO}+08'", "2017-02-28T02:00:00.000001+00:00", "timestamp"),
        ("timestamptz", "'-infinity'", "-infinity", "timestamp"),
        ("timestamp", "'2017-02-28 10:00:00'", "2017-02-28T02:00:00+00:00", "timestamp"),
        ("jsonb", """'{"a": [1.10, null]}'""", {"a": [1.1, None]}, "json"),
        ("json", """e'{"a":\\n [1,\\r\\n 2]}'""", {"a": [1, 2]}, "json"),
        ("text[]", "array['a', null, '中 \"']", ["a", None, '中 "'], "json"),
        ("uuid", f"'{UUID.upper()}'", UUID, "varchar"),
        ("interval", "'1 day 2 hours'", "1 day 02:00:00", "varchar"),
        ("inet", "'10.0.0.1'", "10.0.0.1", "varchar"),
    ],
)
def test_postgresql_values(
    kind: str, literal: str, value: Any, contract: str, postgresql: Server, tmp_path: Path
) -> None:
    found = one_value(postgresql, tmp_path, kind, literal, timezone="Asia/Shanghai")
    assert found == (value, contract)


@pytest.mark.parametrize(
    ("kind", "literal", "value", "contract"),
    [
        ("bigint unsigned", "18446744073709551615", 18446744073709551615, "bigint"),
        ("int unsigned", "4294967295", 4294967295, "bigint"),
        ("int(6) zerofill", "42", 42, "bigint"),
        ("tinyint(1)", "1", 1, "boolean"),
        ("tinyint(1)", "7", 7, "boolean"),
        ("bit(1)", "b'1'", 1, "boolean"),
        ("decimal(38,18)", LONG, LONG, "decimal(38,18)"),
        ("decimal(65,30)", "1", f"1.{'0' * 30}", "varchar"),
        ("double", "0.1", 0.1, "double"),
        ("float", "16777216", 16777216, "double"),
        ("varchar(9)", "''", "", "varchar"),
        ("varchar(9)", "null", None, "varchar"),
        ("varchar(9) character set latin1", "'é'", "é", "varchar"),
        ("varbinary(9)", "x'00FF7B'", "00ff7b", "varchar"),
        ("blob", "x'f09f'", "f09f", "varchar"),
        ("date", "'2017-02-28'", "2017-02-28", "date"),
        ("date", "'0000-00-00'", "0000-00-00", "date"),
        ("datetime", "'2017-02-28 10:00:00'", "2017-02-28 10:00:00+08:00", "timestamp"),
        ("datetime", "'1988-07-01 10:00:00'", "1988-07-01 10:00:00+09:00", "timestamp"),
        ("datetime", "'0000-00-00'", "0000-00-00 00:00:00+08:06", "timestamp"),
        ("timestamp(6)", f"'{MICRO}'", f"{MICRO}+00:00", "timestamp"),
        ("json", """'{"a":\\n [1.10, null]}'""", {"a": [1.1, None]}, "json"),
        ("enum('z','a')", "'a'", "a", "varchar"),
        ("set('p','q')", "'p,q'", "p,q", "varchar"),
        ("time", "'838:59:59'", "838:59:59", "varchar"),
        ("year", "2017", 2017, "integer"),
        ("uuid", f"'{UUID}'", UUID, "varchar"),
    ],
)
def test_mariadb_values(
    kind: str, literal: str, value: Any, contract: str, mariadb: Server, tmp_path: Path
) -> None:
    found = one_value(mariadb, tmp_path, kind, literal, timezone="Asia/Shanghai")
    assert found == (value, contract)


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_names_and_texts_that_look_like_sql(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(engine)
    mark = server.quote
    table, column = 'ord"e`rs; %s', "No. '%(x)s\\"
    written = table.replace(mark, mark * 2), column.replace(mark, mark * 2)
    names = [f"{mark}{name}{mark}" for name in written]
    server.run(f"create table {names[0]} (id varchar(50) primary key, {names[1]} text)")
    try:
        with closing(server.connect()) as connection, connection.cursor() as cursor:
            for key in ("'; drop table x; --", "100%", "a\\'b", "中"):
                sql = f"insert into {names[0].replace('%', '%%')} values (%s, %s)"
                cursor.execute(sql, (key, HOSTILE))
        with closing(server.database(tmp_path)) as database:
            rows = everything(database, asked(table, column, rows_per_page=1))
        assert [row["id"] for row in rows] == ["'; drop table x; --", "100%", "a\\'b", "中"]
        assert {row[column] for row in rows} == {HOSTILE}
    finally:
        server.run(f"drop table {names[0]}")


def test_impossible_dates_can_be_emptied(
    postgresql: Server, mariadb: Server, tmp_path: Path
) -> None:
    empty = {"impossible_dates": "empty"}
    for kind in ("date", "timestamp", "timestamptz"):
        assert one_value(postgresql, tmp_path, kind, "'infinity'", **empty)[0] is None
        assert "2017" in one_value(postgresql, tmp_path, kind, "'2017-01-02'", **empty)[0]
    for kind in ("date", "datetime", "timestamp"):
        assert one_value(mariadb, tmp_path, kind, "'0000-00-00'", **empty)[0] is None
        assert "2017" in one_value(mariadb, tmp_path, kind, "'2017-01-02'", **empty)[0]
    assert one_value(mariadb, tmp_path, "date", "'2017-02-00'", **empty)[0] is None


@pytest.mark.parametrize(
    ("engine", "kind", "values"),
    [
        ("postgresql", "numeric(30,10)", ["-1.5", "9007199254740993.1", "9007199254740993.2"]),
        ("postgresql", "timestamptz", ["'2017-01-01 00:00:00.000001'", "'2017-01-01 00:00:01'"]),
        ("postgresql", "bytea", [r"'\x00'", r"'\x00ff'", r"'\xff'"]),
        ("postgresql", "char(5)", ["'a'", "'b'", "'ba'"]),
        ("postgresql", "uuid", [f"'{UUID}'", f"'{UUID[:-1]}1'", f"'{UUID[:-1]}2'"]),
        ("mariadb", "bigint unsigned", ["1", "9007199254740992", "9007199254740993"]),
        ("mariadb", "decimal(30,10)", ["-1.5", "9007199254740993.1", "9007199254740993.2"]),
        ("mariadb", "datetime(6)", ["'2017-01-01 00:00:00.000001'", "'2017-01-01 00:00:01'"]),
        ("mariadb", "varbinary(9)", ["x'00'", "x'00ff'", "x'ff'"]),
        ("mariadb", "enum('z','b','a')", ["'z'", "'b'", "'a'"]),
        ("mariadb", "varchar(9) collate utf8mb4_unicode_ci", ["'a'", "'Á b'", "'B'", "'中'"]),
        ("mariadb", "varchar(9) character set latin1", ["'a'", "'é'", "'z'"]),
        ("mariadb", "uuid", [f"'{UUID}'", f"'{UUID[:-1]}1'", f"'{UUID[:-1]}2'"]),
        ("mariadb", "double", ["0.1", "0.30000000000000004", "1e300"]),
    ],
)
def test_keys_of_every_type_page_through(
    engine: str, kind: str, values: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(engine)
    server.run(f"create table keyed (id {kind} primary key, place int)")
    try:
        for place, value in enumerate(values):
            server.run(f"insert into keyed values ({value}, {place})")
        with closing(server.database(tmp_path)) as database:
            rows = everything(database, asked("keyed", "place", rows_per_page=1))
        assert [row["place"] for row in rows] == list(range(len(values)))
    finally:
        server.run("drop table keyed")
