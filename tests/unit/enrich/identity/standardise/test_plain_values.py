"""What is read as arrays: it says the same as reading one by one, and it loads no pandas."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.standardise.addresses import read_address, standardise_addresses
from assets.enrich.identity.standardise.addresses_array import read_plain_han
from assets.enrich.identity.standardise.names import read_name, standardise_names
from assets.enrich.identity.standardise.names_latin_array import read_plain_latin
from assets.enrich.identity.standardise.registry import STANDARDISERS, standardise

WORDS = st.sampled_from(
    [
        *("wei", "li", "zhang", "ouyang", "xiaoming", "lyu", "lee", "na", "xian", "fangfangfang"),
        *("smith", "maria", "doe", "john", "jane", "mr", "jr", "ltd", "test", "abc", "none", "x"),
        *("van", "ma", "mama", "an", "zhangxiaoming", "susan", "kk", "a"),
    ]
)
CASES = st.sampled_from([str.lower, str.upper, str.capitalize])
WORD = st.tuples(WORDS, CASES).map(lambda pair: pair[1](pair[0]))
NAME = st.tuples(WORD, st.sampled_from([" ", ", ", "\x1f", ",", "-"]), WORD).map("".join)

STREET = st.sampled_from(["浙江省杭州市文三路", "南京西路", "翠苑小区", "一号路", "保密", "路", ""])
NUMBER = st.lists(
    st.sampled_from(
        [
            *(
                "9",
                "90",
                "09",
                "123456",
                "号",
                "號",
                "3幢",
                "502室",
                "b",
                "B",
                "-",
                " ",
                "，",
                "。",
            ),
            *("３", "①", "三", "\u200b", "1号楼"),
        ]
    ),
    max_size=6,
).map("".join)
PLACE = st.sampled_from(["", "浙江省", "杭州", "Hangzhou", "3区"])
POSTCODE = st.sampled_from(["", "310012", "31001", "3100122", "310012.0"])
FREE = st.tuples(STREET, NUMBER).map("".join)
COLUMNS = st.tuples(PLACE, PLACE, FREE, NUMBER, POSTCODE).map("\x1f".join)


@settings(deadline=None, max_examples=300)
@given(st.lists(NAME, max_size=8))
def test_two_words_are_read_as_one_by_one(raws: list[str]) -> None:
    found = standardise_names(pa.array(raws, pa.string())).to_pylist()
    assert [tuple(row.values())[1:] for row in found] == [read_name(raw) for raw in raws]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(FREE, COLUMNS), max_size=8))
def test_addresses_are_read_as_one_by_one(raws: list[str]) -> None:
    from assets.enrich.identity.standardise.addresses import _read_one_by_one

    array = pa.array(raws, pa.string())
    found = standardise_addresses(array).drop_columns("raw_value")
    assert found.to_pylist() == _read_one_by_one(array).to_pylist()


@pytest.mark.parametrize("raw", ["Wei ZHANG", "zhang wei", "Zhang, Wei", "Wei\x1fZhang", "Ann Lee"])
def test_two_plain_words_do_not_take_the_slow_path(raw: str) -> None:
    assert read_plain_latin(pa.array([raw]))[0].all()


@pytest.mark.parametrize(
    "raw",
    [
        *("文三路90号3幢502室", "浙江省杭州市西湖区文三路 90号 3幢 502室", "文三路90-3-502"),
        *("浙江省\x1f杭州市\x1f文三路90号\x1f\x1f310012", "浙江省\x1f杭州市\x1f\x1f\x1f"),
        *("文三路90號3棟502室", "科苑路15号2B座"),
    ],
)
def test_a_plain_address_does_not_take_the_slow_path(raw: str) -> None:
    assert read_plain_han(pa.array([raw]))[0].all()


@pytest.mark.parametrize("postcode", ["31001", "2530"])
def test_a_short_postcode_is_no_house_number(postcode: str) -> None:
    raw = f"浙江省\x1f杭州市\x1f文三路\x1f\x1f{postcode}"
    row = standardise_addresses(pa.array([raw])).to_pylist()[0]
    assert (row["number_key"], row["postcode"]) == (None, postcode)
    assert read_address(raw) == ("浙江", "杭州", "文三路", "", postcode)


@pytest.mark.parametrize("kind", STANDARDISERS)
@pytest.mark.parametrize("values", [[], [None], [None, "x", None], ["", "\x1f", "张伟"]])
def test_slices_chunks_and_nulls_are_read_like_plain_arrays(
    kind: str, values: list[str | None]
) -> None:
    expected = standardise(kind, pa.array(values, pa.string())).to_pylist()
    sliced = pa.array(["y", *values, "z"], pa.string()).slice(1, len(values))
    chunked = pa.chunked_array([values[:1], values[1:]], pa.string())
    assert standardise(kind, sliced).to_pylist() == expected
    assert standardise(kind, chunked).to_pylist() == expected
    assert [row["raw_value"] for row in expected] == values


VARIOUS = (
    *(
        "张伟",
        "Wei ZHANG",
        "13912345670",
        "１３９１２３４５６７１",
        "+1 650 253 0000",
        "1985-03-04",
    ),
    *("WEI.ZHANG+a@gmail.com", "文三路90号", "12 Main St, Springfield", "4 March 1985", "", "x"),
)


@pytest.mark.parametrize("kind", [*STANDARDISERS, "birth_date"])
def test_standardising_does_not_load_pandas(kind: str) -> None:
    code = f"""
import sys, duckdb
from datetime import date
from assets.enrich.identity.standardise.dates import standardise_birth_dates
from assets.enrich.identity.standardise.registry import standardise
raw = duckdb.sql("select unnest({[*VARIOUS, "null"]})").to_arrow_table().column(0)
if {kind!r} == "birth_date":
    standardise_birth_dates(raw, date(2026, 1, 1))
else:
    standardise({kind!r}, raw)
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
