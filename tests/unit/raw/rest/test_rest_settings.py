"""Mistakes in a REST connection: one line each, with the place and without any value."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Connection, Request, Window
from assets.raw.rest.client import Rest

SECRET = "s3cret"
NOW = datetime(2024, 3, 1, tzinfo=UTC)
STREAM: dict[str, Any] = {"path": "rows"}


def rest(tmp_path: Path, stream: dict[str, Any] | None = None, **settings: Any) -> Rest:
    given = {
        "base_url": "https://api.example.com",
        "streams": {"rows": {**STREAM, **(stream or {})}},
        **settings,
    }
    return Rest(Connection("trial", given, tmp_path, lambda: NOW, lambda seconds: None))


CONNECTION_MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"base_ulr": "x"}, "connection.base_ulr is unknown; remove it or mend its name"),
    ({"base_url": "api.example.com"}, "connection.base_url: is no address; write it as https"),
    ({"base_url": f"https://u:{SECRET}@example.com"}, "must hold no password; put it under auth"),
    ({"base_url": f"https://example.com?key={SECRET}"}, "put parameters under params"),
    ({"streams": {}}, "connection.streams: Dictionary should have at least 1 item"),
    ({"auth": {"kind": "token"}}, "connection.auth: Input tag 'token' found"),
    ({"auth": {"kind": "bearer"}}, "connection.auth.bearer.token is missing; add it"),
    ({"auth": {"kind": "bearer", "token": ""}}, "connection.auth.bearer.token: String should"),
    ({"auth": {"kind": "basic", "username": "a", "pasword": SECRET}}, "pasword is unknown"),
    (
        {
            "auth": {
                "kind": "oauth2",
                "token_url": "x",
                "client_id": "a",
                "client_secret": SECRET,
                "grant": "refresh_token",
            }
        },
        "refresh_token and grant: refresh_token belong together",
    ),
    ({"errors": {"retry": [1]}}, "connection.errors: code is missing"),
    ({"errors": {"code": "c", "retry": [1], "fatal": ["1"]}}, "code 1 is in retry and in fatal"),
    ({"http": {"cals": 1}}, "connection.http.cals is unknown"),
    ({"http": {"calls": 0}}, "connection.http.calls: Input should be greater"),
]

STREAM_MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"params": {"a": "{low}"}}, "{low} is unknown; use {lower}, {upper} (with :iso, :iso_naive"),
    ({"params": {"a": "{lower:iso8601}"}}, "{lower:iso8601} is unknown"),
    ({"body": {"a": ["{x}"]}, "method": "POST"}, "{x} is unknown"),
    ({"body": {}}, "body needs method: POST"),
    ({"path": "rows/{lower:date}"}, "begin is missing: a path with {lower}"),
    ({"window_days": 3}, "begin is missing: windows start there"),
    ({"window_days": 3, "begin": "2020-01-01"}, "window_days needs {lower} and {upper}"),
    ({"path": "rows/{parent.id}"}, "parent is missing"),
    ({"parent": {"stream": "none"}}, "streams.rows.parent: unknown stream 'none'"),
    ({"parent": {"stream": "rows"}}, "a parent cannot have a parent itself"),
    ({"timezone": "Shanghai"}, "timezone: is no IANA time zone such as Asia/Shanghai"),
    ({"paging": {"kind": "pages"}}, "paging: Input tag 'pages' found"),
    ({"paging": {"kind": "page_token", "token": "t"}}, "paging.page_token.parameter is missing"),
    ({"paging": {"kind": "page_number", "stop": "total"}}, "total is missing"),
    ({"paging": {"kind": "offset", "total": {}}}, "give header or path, one of them"),
    ({"paging": {"kind": "keyset", "field": "id", "parameter": "a", "take": "x"}}, "take: Input"),
    ({"http": {"per_second": 1}}, "connection.http.per_second is unknown"),
]


@pytest.mark.parametrize(("settings", "text"), CONNECTION_MISTAKES)
def test_a_mistake_in_the_connection_is_one_line(
    tmp_path: Path, settings: dict[str, Any], text: str
) -> None:
    with pytest.raises(Fatal) as error:
        rest(tmp_path, **settings)
    assert str(error.value).startswith("trial: connection")
    assert text in str(error.value)
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("stream", "text"), STREAM_MISTAKES)
def test_a_mistake_in_a_stream_is_one_line(
    tmp_path: Path, stream: dict[str, Any], text: str
) -> None:
    with pytest.raises(Fatal) as error:
        rest(tmp_path, stream)
    assert text in str(error.value)
    assert "\n" not in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Fatal, match=r"connection\.base_url: .*; connection\.extra is unknown"):
        rest(tmp_path, base_url="x", extra=1)


def test_streams_and_options_that_there_are_not(tmp_path: Path) -> None:
    connector = rest(tmp_path)
    with pytest.raises(Fatal, match=r"^trial: stream 'row' is not declared; use one of rows"):
        connector.first(Request("row", (), {}, Window(None, NOW)))
    with pytest.raises(Fatal, match=r"put them under connection\.streams\.rows"):
        connector.first(Request("rows", (), {"a": 1}, Window(None, NOW)))


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ({}, False),
        ({"params": {"until": "{upper}"}}, False),
        ({"params": {"since": "{lower}"}}, True),
        ({"body": {"range": {"from": "{lower:epoch_ms}"}}, "method": "POST"}, True),
        ({"newest_first": {"field": "at"}}, True),
    ],
)
def test_increments_need_a_lower_bound(
    tmp_path: Path, stream: dict[str, Any], expected: bool
) -> None:
    assert rest(tmp_path, stream).increments("rows") is expected
    below = {"rows": {**STREAM, **stream}, "notes": {"path": "n", "parent": {"stream": "rows"}}}
    assert rest(tmp_path, streams=below).increments("notes") is expected


def test_secrets_are_in_no_representation(tmp_path: Path) -> None:
    auth = {"kind": "basic", "username": "a", "password": SECRET}
    connector = rest(tmp_path, auth=auth, params={"key": SECRET}, headers={"key": SECRET})
    assert SECRET not in repr(connector._settings)
