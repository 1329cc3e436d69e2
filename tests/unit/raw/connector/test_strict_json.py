"""JSON is taken strictly, and records keep every digit and letter that the system sent."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.raw.connector import strict_json
from assets.raw.connector.errors import Retryable

NUMBER = r"-?(0|[1-9][0-9]{0,45})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?"
NUMBERS = st.from_regex(re.compile(NUMBER, re.ASCII), fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(
    lambda text: json.dumps(text, ensure_ascii=len(text) % 2 == 0)
)
LEAVES = NUMBERS | TEXTS | st.sampled_from(["true", "false", "null"])


def _written(values: st.SearchStrategy[str], gap: st.SearchStrategy[str]) -> Any:
    lists = st.tuples(st.lists(values, max_size=3), gap).map(
        lambda drawn: "[" + drawn[1] + f"{drawn[1]},".join(drawn[0]) + drawn[1] + "]"
    )
    pairs = st.dictionaries(TEXTS, values, max_size=3)
    objects = st.tuples(pairs, gap).map(
        lambda drawn: (
            "{"
            + f",{drawn[1]}".join(f"{key}{drawn[1]}:{value}" for key, value in drawn[0].items())
            + "}"
        )
    )
    return lists | objects


def _values(gap: str) -> st.SearchStrategy[str]:
    return st.recursive(
        LEAVES, lambda inner: _written(inner, st.sampled_from(["", gap])), max_leaves=6
    )


def _objects(gap: str) -> st.SearchStrategy[list[str]]:
    members = st.dictionaries(TEXTS, _values(gap), max_size=4)
    written = members.map(
        lambda found: "{" + ",".join(f"{key}:{gap}{value}" for key, value in found.items()) + "}"
    )
    return st.lists(written, max_size=4)


@settings(max_examples=40, deadline=None)
@given(_objects(" "))
def test_records_are_cut_out_byte_for_byte(objects: list[str]) -> None:
    body = ("[ " + " ,\t".join(objects) + " ]").encode()
    assert strict_json.records(body) == [text.encode() for text in objects]


@settings(max_examples=40, deadline=None)
@given(_objects("\r\n  "))
def test_line_breaks_go_and_nothing_else(objects: list[str]) -> None:
    body = ("[\n" + ",\n".join(objects) + "\n]").encode()
    found = strict_json.records(body)
    assert all(b"\n" not in record and b"\r" not in record for record in found)
    assert [_exact(record) for record in found] == [_exact(text) for text in objects]


def _exact(record: bytes | str) -> Any:
    """A record with its numbers as they are written."""
    return json.loads(record, parse_int=str, parse_float=str, object_pairs_hook=list)


@pytest.mark.parametrize(
    "body",
    [
        b'[{"a":NaN}]',
        b'[{"a":Infinity}]',
        b'[{"a":01}]',
        b'[{"a":.5}]',
        b'[{"a":1.}]',
        b'[{"a":+1}]',
        b'[{"a":1,}]',
        b"[{'a':1}]",
        b'[{"a":"\t"}]',
        b'[{"a":"\\x"}]',
        b'\xef\xbb\xbf[{"a":1}]',
        b'[{"a":"\xff"}]',
        b'[{"a":"\xed\xa0\xbd"}]',
        '[{"a":1}]'.encode("utf-16"),
        b'[{"a":1}] x',
        b'[{"a":1}][',
        b'[{"a":1},',
        b'[{"a":"cut',
        b'{"a":1}',
        b"[1]",
        b"[null]",
        b"null",
        b"",
        b"[" + b'{"a":' * 5000,
        b"<html>busy</html>",
    ],
)
def test_what_is_no_list_of_objects_is_asked_for_again(body: bytes) -> None:
    with pytest.raises(Retryable) as error:
        strict_json.records(body)
    assert "cut" not in str(error.value)
    assert "html" not in str(error.value)


@pytest.mark.parametrize("body", [b'{"a":1', b"[]", b"1", b'{"a":1}{}', b'{"a":\xff}'])
def test_parts_of_what_is_no_object(body: bytes) -> None:
    with pytest.raises(Retryable):
        strict_json.parts(body)


def test_parts_are_not_parsed() -> None:
    parts = strict_json.parts(b'{"data": [ {"id": 1.10} ], "info": {"more": false}}')
    assert bytes(parts["data"]) == b'[ {"id": 1.10} ]'
    assert strict_json.records(parts["data"]) == [b'{"id": 1.10}']
    assert strict_json.loads(parts["info"]) == {"more": False}


def test_whole_numbers_of_any_length_are_read_exactly() -> None:
    digits = "12345678901234567890123456789012345678901"
    assert strict_json.loads(f"[{digits}]".encode()) == [int(digits)]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb'{"a":"x\ud83d"}', rb'{"a":"x\ufffd"}'),
        (rb'{"a":"\ude00\ud83d"}', rb'{"a":"\ufffd\ufffd"}'),
        (rb'{"a":"\uD83DA"}', rb'{"a":"\ufffdA"}'),
        (rb'{"a":"\ud83d\ud83d\ude00"}', rb'{"a":"\ufffd\ud83d\ude00"}'),
        (rb'{"a":"\\ud83d \ud83d"}', rb'{"a":"\\ud83d \ufffd"}'),
    ],
)
def test_half_an_emoji_does_not_lose_the_page(sent: bytes, kept: bytes) -> None:
    assert strict_json.records(b"[" + sent + b"]") == [kept]
    assert bytes(strict_json.parts(b'{"data":[' + sent + b"]}")["data"]) == b"[" + kept + b"]"


def test_dumps_is_compact_and_keeps_raw_parts() -> None:
    value = {"名": msgspec.Raw(b"1.10"), "b": [True, None]}
    assert strict_json.dumps(value).decode() == '{"名":1.10,"b":[true,null]}'
