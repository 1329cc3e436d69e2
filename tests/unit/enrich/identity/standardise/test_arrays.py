from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.enrich.identity.standardise import arrays

TEXTS = st.lists(st.text(max_size=12), max_size=8)


@given(TEXTS, st.integers(0, 3))
def test_bytes_and_code_points_come_back(values: list[str], start: int) -> None:
    text = pa.array(values, pa.string()).slice(start)
    assert arrays.from_bytes(*arrays.to_bytes(text)).equals(text)
    assert arrays.from_codes(*arrays.to_codes(text)).equals(text)


@given(TEXTS)
def test_a_text_is_split_before_a_byte(values: list[str]) -> None:
    before, behind = arrays.split_before(pa.array(values, pa.string()), lambda data: data == 48)
    expected = [value.partition("0") for value in values]
    assert before.to_pylist() == [first for first, _, _ in expected]
    assert behind.to_pylist() == [found + rest for _, found, rest in expected]


@given(TEXTS)
def test_characters_are_dropped_and_found(values: list[str]) -> None:
    text = pa.array(values, pa.string())
    dropped = arrays.without_characters(text, "0 ").to_pylist()
    assert dropped == [value.replace("0", "").replace(" ", "") for value in values]
    assert arrays.has_byte(text, ord("0")).tolist() == ["0" in value for value in values]


@pytest.mark.parametrize("kind", [bool, np.int16, np.int32, np.int64])
@pytest.mark.parametrize("size", [0, 1, 9])
def test_numbers_and_flags_come_back(kind: type, size: int) -> None:
    numbers: arrays.Array = (np.arange(size) % 3).astype(kind)
    made = arrays.to_arrow(numbers)
    assert made.to_pylist() == numbers.tolist()
    assert arrays.to_numpy(made.slice(1)).tolist() == numbers[1:].tolist()


def test_the_first_reason_that_applies_is_given() -> None:
    reasons = arrays.first_match(
        ("short", pa.array([True, False, False])), ("long", pa.array([True, True, False]))
    )
    assert reasons.to_pylist() == ["short", "long", None]


def test_tables_become_one_in_the_order_that_is_told() -> None:
    a, b, none = (
        pa.table({"v": pa.array(values, pa.string())}) for values in (["a", "c"], ["b"], [])
    )
    by_flag = arrays.by_flag(np.array([True, False, True]), a, b)
    by_row = arrays.in_order((np.array([2, 0]), a), (np.array([], int), none), (np.array([1]), b))
    assert by_flag.column("v").to_pylist() == ["a", "b", "c"]
    assert by_row.column("v").to_pylist() == ["c", "b", "a"]
    assert arrays.by_flag(np.array([], bool), none, none).equals(none)
