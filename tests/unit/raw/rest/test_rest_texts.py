"""Places in texts, paths into JSON, addresses of next pages, times of records."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal, Retryable
from assets.raw.rest import paths
from assets.raw.rest.paging import Answer, following, own_url, without_parameter
from assets.raw.rest.paging_settings import Keyset, PageToken
from assets.raw.rest.parents import below
from assets.raw.rest.settings import NewestFirst
from assets.raw.rest.texts import Filling, names_in
from assets.raw.rest.times import all_older

LOWER = datetime(2024, 2, 29, 18, 30, 15, 999_999, tzinfo=UTC)
UPPER = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{lower}", "2024-02-29T18:30:15Z"),
        ("{lower:iso}", "2024-02-29T18:30:15Z"),
        ("{lower:iso_naive}", "2024-02-29T18:30:15"),
        ("{lower:datetime}", "2024-02-29 18:30:15"),
        ("{lower:date}", "2024-02-29"),
        ("{lower:epoch_s}", 1709231415),
        ("{lower:epoch_ms}", 1709231415000),
        ("{lower:http}", "Thu, 29 Feb 2024 18:30:15 GMT"),
        ('{"since":"{lower:date}"}', '{"since":"2024-02-29"}'),
        ("from {lower:date} to {upper:date}", "from 2024-02-29 to 2024-03-01"),
        ("updated>{lower:epoch_s}", "updated>1709231415"),
    ],
)
def test_bounds_are_written_in_the_format_that_is_asked_for(text: str, expected: object) -> None:
    assert Filling(LOWER, UPPER).value({"a": text}) == {"a": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{lower}", "2024-03-01T02:30:15+08:00"),
        ("{lower:datetime}", "2024-03-01 02:30:15"),
        ("{lower:date}", "2024-03-01"),
        ("{lower:epoch_s}", 1709231415),
    ],
)
def test_local_time_is_that_of_the_system(text: str, expected: object) -> None:
    filling = Filling(LOWER, UPPER, "Asia/Shanghai")
    assert filling.value({"a": text}) == {"a": expected}


def test_what_needs_a_missing_lower_bound_is_left_out_deep_inside() -> None:
    body = {"from": "{lower}", "to": "{upper:date}", "all": [{"gte": "{lower}"}, "{lower}", 1]}
    assert Filling(None, UPPER).value(body) == {"to": "2024-03-01", "all": [{}, 1]}


def test_values_of_the_parent_are_safe_in_a_path() -> None:
    filling = Filling(None, UPPER, parent={"id": "a/b ?", "no": 7})
    assert filling.path("rows/{parent.id}/{parent.no}") == "rows/a%2Fb%20%3F/7"
    assert filling.value({"id": "{parent.no}"}) == {"id": 7}
    assert names_in({"a": ["{lower:date} {parent.id}"]}) == {"lower", "parent.id"}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", b'{"a":{"b":[1, 2.50]},"n":null,"t":"x"}'),
        ("a.b", b"[1, 2.50]"),
        ("a.c", None),
        ("n", None),
        ("t.x", None),
        ("a.b.c", None),
    ],
)
def test_what_stands_at_a_path_is_as_it_was_sent(path: str, expected: bytes | None) -> None:
    body = b'{"a":{"b":[1, 2.50]},"n":null,"t":"x"}'
    found = paths.at(body, path)
    assert (None if found is None else bytes(found)) == expected


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a":NaN}', b'{"a":1} x', b"<html>", b'{"a":"\xff"}']
)
def test_what_is_no_json_is_asked_for_again(body: bytes) -> None:
    with pytest.raises(Retryable):
        paths.value_at(body, "a.b")


def test_a_value_is_put_deep_into_a_copy() -> None:
    body: dict[str, Any] = {"page": {"size": 10}}
    assert paths.put(body, "page.token", "t") == {"page": {"size": 10, "token": "t"}}
    assert paths.put(body, "q.page.no", 2) == {"page": {"size": 10}, "q": {"page": {"no": 2}}}
    assert body == {"page": {"size": 10}}


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("/v1/rows?p=2", "https://a.example.com/v1", "https://a.example.com/v1/rows?p=2"),
        ("https://a.example.com/x", "https://a.example.com/v1", "https://a.example.com/x"),
        ("http://a.example.com/x", "https://a.example.com", "https://a.example.com/x"),
        ("http://127.0.0.1:81/x", "http://127.0.0.1:81/v", "http://127.0.0.1:81/x"),
    ],
)
def test_a_next_page_stays_with_its_system(url: str, base: str, expected: str) -> None:
    assert own_url(url, base) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://b.example.com/x",
        "https://a.example.com.evil.example/x",
        "//b.example.com/x",
        "https://a.example.com:8443/x",
        "https://a.example.com@b.example.com/x",
    ],
)
def test_a_next_page_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(Fatal, match="credentials stay here"):
        own_url(url, "https://a.example.com/v1")


def test_a_credential_is_taken_out_of_an_address() -> None:
    url = "https://a.example.com/x?page=2&token=abc&name=%E8%8C%B6"
    assert without_parameter(url, "token") == "https://a.example.com/x?page=2&name=%E8%8C%B6"


def answer(*records: dict[str, Any], **body: Any) -> Answer:
    return Answer(
        json.dumps(body).encode(), {}, None, [json.dumps(record).encode() for record in records]
    )


def keyset(**settings: Any) -> Keyset:
    return Keyset(kind="keyset", field="id", parameter="after", **settings)


def test_the_key_is_taken_by_its_number_not_its_letters() -> None:
    rows = ({"id": "9"}, {"id": "10"}, {"id": "2"})
    assert following(keyset(), None, answer(*rows)) == {"key": "2"}
    assert following(keyset(take="max"), None, answer(*rows)) == {"key": "10"}
    assert following(keyset(take="min"), None, answer(*rows)) == {"key": "2"}
    words = ({"id": "b"}, {"id": "10"})
    assert following(keyset(take="max"), None, answer(*words)) == {"key": "b"}


def test_a_key_that_does_not_advance_is_loud() -> None:
    with pytest.raises(Fatal, match="again and again"):
        following(keyset(), {"key": 2}, answer({"id": 1}, {"id": 2}))
    assert following(keyset(inclusive=True), {"key": 2}, answer({"id": 2})) is None


@pytest.mark.parametrize("key", [None, True, 1.5, {}, []])
def test_a_key_that_is_none_is_loud(key: object) -> None:
    with pytest.raises(Fatal, match="without a usable id"):
        following(keyset(), None, answer({"id": key}))


TOKEN = {"kind": "page_token", "token": "next", "parameter": "p"}


@pytest.mark.parametrize(
    ("settings", "body", "expected"),
    [
        ({}, {"next": "t"}, {"token": "t"}),
        ({}, {"next": 20}, {"token": 20}),
        ({}, {"next": ""}, None),
        ({}, {}, None),
        ({"more": "more"}, {"next": "t", "more": True}, {"token": "t"}),
        ({"more": "more"}, {"next": "t", "more": False}, None),
        ({"more": "more"}, {"next": "t"}, None),
        ({"more": "more"}, {"next": "t", "more": "https://x.example"}, {"token": "t"}),
        ({"end": "end"}, {"next": "t", "end": True}, None),
        ({"end": "end"}, {"next": "t", "end": False}, {"token": "t"}),
        ({"end": "end"}, {"next": "t"}, {"token": "t"}),
        ({"end": "end"}, {}, None),
        ({"end": "end"}, {"next": None, "end": None}, None),
    ],
)
def test_tokens_and_flags(settings: dict[str, Any], body: dict[str, Any], expected: object) -> None:
    paging = PageToken.model_validate({**TOKEN, **settings})
    assert following(paging, None, answer(**body)) == expected


@pytest.mark.parametrize(
    ("settings", "body"),
    [
        ({"more": "more"}, {"more": True}),
        ({"end": "end"}, {"end": False}),
        ({"end": "end", "more": "more"}, {"more": True}),
    ],
)
def test_more_without_a_token_is_asked_for_again(
    settings: dict[str, Any], body: dict[str, Any]
) -> None:
    with pytest.raises(Retryable, match="there is more, but not where"):
        following(PageToken.model_validate({**TOKEN, **settings}), None, answer(**body))


@pytest.mark.parametrize(
    ("form", "old", "new"),
    [
        ("iso", "2024-02-29T18:30:14Z", "2024-03-01T02:30:16+08:00"),
        ("epoch_s", 1709231414, 1709231416),
        ("epoch_ms", "1709231414000", 1709231416000),
        (
            "%a %b %d %H:%M:%S %z %Y",
            "Fri Mar 01 02:30:14 +0800 2024",
            "Fri Mar 01 02:30:16 +0800 2024",
        ),
    ],
)
def test_a_page_is_too_old_when_all_of_it_is(form: str, old: object, new: object) -> None:
    rule = NewestFirst(field="at", format=form)
    older, newer = ([json.dumps({"at": value}).encode()] for value in (old, new))
    assert all_older(rule, older, LOWER)
    assert not all_older(rule, [*older, *newer], LOWER)
    assert not all_older(rule, [], LOWER)


@pytest.mark.parametrize("value", [None, "yesterday", "", {}])
def test_a_record_without_its_time_is_loud(value: object) -> None:
    rule = NewestFirst(field="at", format="iso")
    with pytest.raises(Fatal, match="whose at is no time in the format iso"):
        all_older(rule, [json.dumps({"at": value}).encode()], LOWER)


def test_the_parent_stands_in_the_record_and_the_rest_is_untouched() -> None:
    records = [b'{"a": 1.0}', b"{}", b"{ }"]
    assert below({"id": "7"}, records) == [
        b'{"_parent":{"id":"7"},"a": 1.0}',
        b'{"_parent":{"id":"7"}}',
        b'{"_parent":{"id":"7"}}',
    ]
