"""The cheap look at a text lets every text through that is one of the numbers."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.standardise.phone_digits import may_be_phone
from assets.enrich.identity.standardise.registry import standardise

WRITINGS = (
    *("19908070605", "+86 199 0807 0605", "0086-199-0807-0605", "8619908070605.0"),
    *("１９９０８０７０６０５", "手机号：199 0807 0605", "1.9908070605e+10", "(0571) 8765-4329"),
    *("0571-87654329-801", "0571-87654329 转 801", "+1 (650) 253-0000", "1-650-253-0000 x12"),
    *("\u200b19908070605", "+44 20 7031 3000", "02070313000", "+39 06 698 57777"),
    *("+54 9 343 555 1212", "1-800-FLOWERS"),
)


def lets_through(text: str, numbers: list[str]) -> bool:
    query = f"select {may_be_phone('$1', numbers)}"
    return bool(duckdb.execute(query, [text]).fetchall()[0][0])


@pytest.mark.parametrize("text", WRITINGS)
@pytest.mark.parametrize("region", ["CN", "US", "GB"])
def test_every_writing_of_a_number_is_let_through(text: str, region: str) -> None:
    (row,) = standardise("phone", pa.array([text]), region).to_pylist()
    assert not row["is_valid"] or lets_through(text, [row["identifier_value"]])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from("0123456789 -().+x#"), st.sampled_from(["199", "0807", "0605", "86"])
        ),
        min_size=6,
        max_size=24,
    ).map("".join)
)
def test_no_valid_text_is_left_out(text: str) -> None:
    (row,) = standardise("phone", pa.array([text]), "CN").to_pylist()
    assert not row["is_valid"] or lets_through(text, [row["identifier_value"]])


@pytest.mark.parametrize("text", ["13912345678", "0571-87654329", "", "n. a. 0", "070-605"])
def test_other_numbers_are_not(text: str) -> None:
    if text == "n. a. 0":
        assert lets_through(text, ["+8613800138001"]), "letters may be digits"
    else:
        assert not lets_through(text, ["+8613800138001"])
