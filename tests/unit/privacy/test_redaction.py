"""Identifiers in free texts: what is taken out, what is left, and that the places are right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.privacy.redaction.names import KnownNames
from assets.privacy.redaction.redactor import find_identifiers, redact
from benchmarks.free_texts.cases import cases
from benchmarks.redaction import is_unseen, judged
from pipelines.runtime.check_digits import is_bank_card, is_id_card

NOBODY = KnownNames([])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13912345678，谢谢", "电话[phone]，谢谢"),
        ("打1391 234 5678 或 +86 139-1234-5678", "打[phone] 或 [phone]"),
        ("手机１３９－１２３４－５６７８。", "手机[phone]。"),
        ("1 3 9 1 2 3 4 5 6 7 8 / 008613912345678", "[phone] / [phone]"),
        ("座机(0755) 2688-1234转801", "座机[phone]"),
        ("Please call back on 7045550108 after 6", "Please call back on [phone] after 6"),
        ("新号码 ７０４５５５０１０８，旧号码停用", "新号码 [phone]，旧号码停用"),
        ("call (212) 555-0134 ext 12 or +44 20 7946 0958", "call [phone] or [phone]"),
        ("在香港，电话 9123 4567", "在香港，电话 [phone]"),
        ("身份证11010519491231002X", "身份证[id]"),
        ("卡号6222 0200 0000 0000 006", "卡号6222 0200 0000 0000 006"),
        ("卡号 4111-1111-1111-1111 退款", "卡号 [card] 退款"),
        ("邮箱zhang.wei_88@qq.com.cn和li@例.com", "邮箱[email]和li@例.com"),
        ("to li@example.com. Please call。", "to [email]. Please call。"),
        ("发到 li@qq.com。 Follow up, li @ qq . com", "发到 [email]。 Follow up, [email]"),
        ("车牌粤BD12345和京A·8C5K2", "车牌[plate]和[plate]"),
        ("护照号：E12345678过期", "护照号：[passport]过期"),
        ("加微信 zhang_wei88，或vx:abc123x", "加微信 [wechat]，或vx:[wechat]"),
        ("QQ：123456789", "QQ：[qq]"),
        ("微博账号：1234567890", "微博账号：[weibo]"),
        ("订单号13912345678已发货", "订单号[number]已发货"),
        ("寄到上海市浦东新区张杨路500号3栋2单元501室，谢谢", "寄到[address]，谢谢"),
        ("住万科花园12栋1单元302", "住[address]"),
        ("ship to 221B Baker Street, London NW1 6XE", "ship to [address]"),
    ],
)
def test_identifiers_are_taken_out(text: str, expected: str) -> None:
    assert redact([text], NOBODY) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "2017-10-01 12:30 下单3件，共1,299.00元，打85折",
        "身份证尾号002X，110105194912310021不对",
        "客服热线400-810-8888 / 800-820-8888",
        "call our hotline 4008108888; account 2084597925",
        "在上海市浦东新区，离张杨路不远",
        "WeChat payment failed twice",
        "尺寸120x60，型号XM5-2023，批号20231212",
        "the 2nd place on 5 Street Food stalls",
        "QQ群里说的",
    ],
)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert redact([text], NOBODY) == [text]


@pytest.mark.parametrize(
    "text",
    ["王小丽说好", "客户王 小丽来电", "Anna Smith called", "SMITH, ANNA wrote", "找Smith Anna"],
)
def test_known_names_are_taken_out_as_people_write_them(text: str) -> None:
    (redacted,) = redact([text], KnownNames(["王小丽", "Anna Smith"]))
    assert redacted.count("[name]") == 1
    assert not {"王", "Anna", "anna", "Smith", "SMITH"} & set(redacted.replace(",", " ").split())


def test_the_name_of_a_company_holds_nobody() -> None:
    known = KnownNames(["沈阳远", "Anna Smith"], ["沈阳远大贸易", "Anna Smith Ltd", "Anna Smith"])
    texts = ["找沈阳远大贸易的沈阳远", "Anna Smith of anna smith ltd."]
    assert redact(texts, known) == ["找沈阳远大贸易的[name]", "[name] of anna smith ltd."]


def test_a_name_that_reaches_out_of_a_company_is_taken() -> None:
    known = KnownNames(["王小丽", "Lee Smith", "× å"], ["上海王", "Ann Lee", "小丽"])
    assert redact(["上海王小丽", "Ann Lee Smith"], known) == ["上海[name]", "Ann [name]"]


def test_a_western_name_is_no_part_of_a_word() -> None:
    known = KnownNames(["Ann Lee", "Rose"])
    assert redact(["Joann Leeds sells roses"], known) == ["Joann Leeds sells roses"]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("13９8-0 号路街京A@.x微信：王小丽\n楼")), st.booleans())
def test_finds_stand_in_order_inside_the_text(text: str, is_known: bool) -> None:
    found = next(find_identifiers([text], KnownNames(["王小丽"] if is_known else [])))
    ends = [0, *(place for find in found for place in (find.start, find.end)), len(text)]
    assert ends == sorted(ends)
    assert all(find.start < find.end for find in found)


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
def test_one_last_sign_in_eleven_makes_an_id_card(number: str) -> None:
    assert sum(is_id_card(number + last) for last in "0123456789X") == 1


@given(st.from_regex(r"[3-6][0-9]{14}", fullmatch=True))
def test_one_last_digit_in_ten_makes_a_bank_card(number: str) -> None:
    assert sum(is_bank_card(number + last) for last in "0123456789") == 1


def test_texts_that_others_labelled() -> None:
    """As promised: what `make bench-redaction` prints, of the templates nobody tuned for."""
    found = judged(cases(600, 5, is_unseen))
    assert found.recall >= 0.98, found.misses[:5]
    assert found.precision >= 0.98, found.false_finds[:5]
