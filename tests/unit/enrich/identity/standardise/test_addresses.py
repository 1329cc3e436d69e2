from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.standardise.addresses import standardise_addresses

COLUMNS = ("region_key", "city_key", "street_key", "number_key", "postcode")
WENSAN = ("浙江", "杭州", "文三路", "90-3-502", None)
ROSELLA = (None, None, "rosella cl", "12-4", None)


def one(raw: str | None) -> tuple[str | None, ...]:
    row = standardise_addresses(pa.array([raw], pa.string())).to_pylist()[0]
    assert row["raw_value"] == raw
    return tuple(row[name] for name in COLUMNS)


def parts(*values: str) -> str:
    return "\x1f".join(values)


@pytest.mark.parametrize(
    "raw",
    [
        "浙江省杭州市西湖区文三路90号3幢502室",
        "浙江杭州西湖区文三路90号3幢502",
        "杭州市西湖区文三路90号三幢502室",
        "杭州 文三路 90号-3-502",
        "浙江省杭州市西溪街道文三路90号3栋502室（近地铁）",
        "浙江省杭州市西湖區文三路９０號３幢５０２室",
        "中国浙江省杭州市文三路090号03幢502",
        parts("浙江省", "杭州市", "西湖区文三路90号3幢502室", "", ""),
        parts("浙江", "杭州", "文三路", "90号3幢502室", ""),
        parts("浙江省", "浙江省杭州市", "浙江省杭州市西湖区文三路90号3幢502室", "", ""),
        parts("", "杭州市西湖区", "文三路90-3-502", "", ""),
    ],
)
def test_an_address_has_one_key(raw: str) -> None:
    assert one(raw) == WENSAN


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (parts("", "苏州市", "723 Gold Street", "", ""), ("gold st", "723")),
        (parts("江苏省", "苏州市", "Flat 5, 723 Gold Street", "", ""), ("gold st", "723-5")),
        (parts("江苏", "苏州", "Gold St", "723号", ""), ("gold st", "723")),
    ],
)
def test_a_street_in_letters_may_lie_in_a_city_written_in_chinese(
    raw: str, expected: tuple[str, str]
) -> None:
    assert one(raw) == ("江苏", "苏州", *expected, None)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("上海市长宁区长宁路123弄4号502室", ("上海", "上海", "长宁路", "123-4-502", None)),
        ("北京市北京市海淀区中关村大街1号", ("北京", "北京", "中关村大街", "1", None)),
        ("廣東省深圳市南山區科苑路15號B棟301", ("广东", "深圳", "科苑路", "15-b-301", None)),
        ("广西壮族自治区南宁市民族大道100号", ("广西", "南宁", "民族大道", "100", None)),
        ("内蒙古呼和浩特市新城区新华大街2号", ("内蒙古", "呼和浩特", "新华大街", "2", None)),
        ("延边朝鲜族自治州延吉市光明街10号", ("吉林", "延边", "光明街", "10", None)),
        ("吉林省吉林市船营区解放大路1号", ("吉林", "吉林", "解放大路", "1", None)),
        ("上海市南京西路100号", ("上海", "上海", "南京西路", "100", None)),
        ("南京西路100号", (None, None, "南京西路", "100", None)),
        ("四川北路12号", (None, None, "四川北路", "12", None)),
        ("成都市麓山大道二段18号", ("四川", "成都", "麓山大道二段", "18", None)),
        ("浙江省义乌市工人西路12号", ("浙江", "义乌", "工人西路", "12", None)),
        ("翠苑小区3幢2单元502室", (None, None, "翠苑小区", "3-2-502", None)),
        ("318国道12号", (None, None, "318国道", "12", None)),
        ("杭州市文三路90号 邮编310012", ("浙江", "杭州", "文三路", "90", "310012")),
        ("310012杭州市文三路90号", ("浙江", "杭州", "文三路", "90", "310012")),
        (
            parts("", "杭州市", "文三路90号", "", "310012"),
            ("浙江", "杭州", "文三路", "90", "310012"),
        ),
        (parts("浙江省", "杭州市", "", "", ""), ("浙江", "杭州", None, None, None)),
        (parts("上海市", "", "长宁路5号", "", ""), ("上海", "上海", "长宁路", "5", None)),
        (parts("", "", "", "", "310012"), (None, None, None, None, "310012")),
    ],
)
def test_a_chinese_address(raw: str, expected: tuple[str | None, ...]) -> None:
    assert one(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "12 Rosella Close, unit 4",
        "Unit 4, 12 Rosella Cl.",
        "4/12 ROSELLA CLOSE",
        "12 Rosella Close #4",
        "012 Rosella Close Apt 4",
        parts("", "", "rosella close, unit 4", "12", ""),
        parts("", "", "12 rosella close, unit 4", "12", ""),
    ],
)
def test_a_western_address_has_one_key(raw: str) -> None:
    assert one(raw) == ROSELLA


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12 Main St, Springfield, IL 62704", ("il", "springfield", "main st", "12", "62704")),
        (
            "12 Main Street Apt 4B, Springfield, IL 62704-1234, USA",
            ("il", "springfield", "main st", "12-4b", "62704"),
        ),
        (
            "No. 90 Wensan Road, Room 502, Hangzhou, Zhejiang",
            ("zhejiang", "hangzhou", "wensan rd", "90-502", None),
        ),
        (
            parts("nsw", "north sydney", "rosella close", "12", "2600.0"),
            ("nsw", "north sydney", "rosella cl", "12", "2600"),
        ),
        ("350 5th Ave", (None, None, "5th ave", "350", None)),
        ("PO Box 123", (None, None, "po box", "123", None)),
        ("Hauptstraße 5", (None, None, "hauptstrasse", "5", None)),
    ],
)
def test_a_western_address(raw: str, expected: tuple[str | None, ...]) -> None:
    assert one(raw) == expected


@pytest.mark.parametrize("raw", [None, "", "无", "N/A", "-", parts("", "", "", "", ""), "　"])
def test_no_address(raw: str | None) -> None:
    assert one(raw) == (None,) * 5


PIECES = st.sampled_from(
    [
        *(
            "浙江省",
            "浙江",
            "杭州市",
            "杭州",
            "西湖区",
            "文三路",
            "人民大道",
            "翠苑小区",
            "街道",
            "路",
            "號",
        ),
        *(
            "90号",
            "3幢",
            "502室",
            "12",
            "三号",
            "A座",
            "\x1f",
            " ",
            "，",
            "（",
            "）",
            "310012",
            "b",
            "0",
        ),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=30),
    st.lists(PIECES, max_size=12).map("".join),
    st.text("0123456789 abcRdSt,./-#'\x1f", max_size=40),
)


@settings(deadline=None, max_examples=400)
@given(st.lists(TEXTS, max_size=6))
def test_any_text_has_a_verdict_and_arrays_say_the_same(raws: list[str]) -> None:
    from assets.enrich.identity.standardise.addresses import _read_one_by_one
    from assets.enrich.identity.standardise.text import normalised

    array = pa.array(raws, pa.string())
    slow = _read_one_by_one(normalised(array)).to_pylist()
    found = standardise_addresses(array).drop_columns("raw_value").to_pylist()
    assert found == slow
