"""Every labelled span holds what its kind says, and texts without identifiers hold no such value.

The checks are written here once more, apart from those the generators use.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import phonenumbers
import pytest

from benchmarks.free_texts.cases import Case, cases
from benchmarks.free_texts.templates import templates

COUNT, SEED = 1500, 11


@cache
def both() -> tuple[list[Case], list[Case]]:
    made = cases(COUNT, SEED)
    return made[:COUNT], made[COUNT:]


def values(kind: str) -> list[str]:
    """The values of the kind in plain width."""
    found = [
        unicodedata.normalize("NFKC", case.text[span.start : span.end])
        for case in both()[0]
        for span in case.spans
        if span.kind == kind
    ]
    assert len(found) > 40, f"hardly any {kind}"
    return found


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def luhn(number: str) -> bool:
    total = 0
    for place, sign in enumerate(number[::-1]):
        total += sum(map(int, str(int(sign) * (2 if place % 2 else 1))))
    return total % 10 == 0


def resident_id(number: str) -> bool:
    values = [10 if sign in "xX" else int(sign) for sign in number]
    return sum(value * 2 ** (17 - place) for place, value in enumerate(values)) % 11 == 1


def is_valid_phone(text: str, *regions: str) -> bool:
    for region in regions:
        try:
            parsed = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False


def test_the_checks_of_this_file_know_right_from_wrong() -> None:
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert resident_id("11010519491231002X")
    assert not resident_id("110105194912310021")
    assert is_valid_phone("+852 9123 4567", "CN")
    assert not is_valid_phone("12345", "CN")


def test_mobile_numbers_have_eleven_digits_after_the_country_code() -> None:
    for value in values("mobile"):
        assert re.fullmatch(r"(0086|86)?1[3-9]\d{9}", digits_of(value)), value
        assert is_valid_phone(value, "CN"), value


def test_landlines_are_valid_before_their_extension() -> None:
    for value in values("landline"):
        number = re.split(r" ?(?:转|ext|#|x)|(?<=\d{4})-(?=\d{3,4}$)", value)[0]
        full = number if is_valid_phone(number, "CN") else value
        assert is_valid_phone(full, "CN"), value
        assert re.match(r"[(]?(0|\+86)", value), value


def test_foreign_numbers_are_valid_where_they_belong() -> None:
    for value in values("phone_foreign"):
        assert is_valid_phone(re.sub(r"^00", "+", value), "US", "GB", "HK", "TW"), value


def test_identity_numbers_hold() -> None:
    shapes = set()
    for value in values("id_card"):
        number = re.sub(r"[ -]", "", value)
        assert re.fullmatch(r"\d{17}[\dXx]", number), value
        assert resident_id(number), value
        shapes |= {"x"} & {number[-1]} | {" "} & {*value}
    assert shapes == {"x", " "}


def test_cards_hold_with_sixteen_and_nineteen_digits() -> None:
    found = values("bank_card")
    assert all(luhn(digits_of(value)) for value in found)
    assert {len(digits_of(value)) for value in found} == {16, 19}
    assert {" " in value for value in found} == {True, False}


def test_addresses_of_mail_are_such() -> None:
    found = values("email")
    for value in found:
        assert re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", value.replace(" ", "")), value
    assert any(" @ " in value for value in found)
    assert any("＠" in case.text for case in both()[0])


def test_plates_of_both_lengths() -> None:
    lengths = set()
    for value in values("plate"):
        sign = re.sub(r"[ ·•-]", "", value).upper()
        assert re.fullmatch(r"[\u4e00-\u9fff][A-N][A-HJ-NP-Z0-9]{5,6}", sign), value
        lengths.add(len(sign))
    assert lengths == {7, 8}


@pytest.mark.parametrize(
    ("kind", "shape", "introduced"),
    [
        ("passport", r"(?i)[EG] ?\d{8}|E[A-Z] ?\d{7}|\d{9}", r"护照|passport"),
        ("wechat", r"[A-Za-z][\w-]{5,19}", r"微信|薇信|v信|wx|vx|wechat"),
        ("qq", r"[1-9]\d{5,9}", r"qq"),
    ],
)
def test_values_that_only_their_word_tells_are_introduced(
    kind: str, shape: str, introduced: str
) -> None:
    assert all(re.fullmatch(shape, value) for value in values(kind))
    for case in both()[0]:
        if any(span.kind == kind for span in case.spans):
            assert re.search(introduced, case.text, re.IGNORECASE), case.text


def test_addresses_hold_a_number_and_a_street_or_a_house() -> None:
    for value in values("address"):
        assert re.search(r"\d", value), value
        assert re.search(r"[路街道弄巷园组号號栋幢楼座]|[A-Za-z]{2}|\d-\d-\d", value), value


def test_names_are_known_and_known_names_stand_nowhere_else() -> None:
    traps = {name for template in templates() for name in template.known}
    for case in both()[0]:
        known = {frozenset(re.findall(r"[\w'.]+", name.casefold())) for name in case.known_names}
        joined = {name.replace(" ", "") for name in case.known_names}
        rest = list(case.text)
        for span in case.spans:
            value = case.text[span.start : span.end]
            rest[span.start : span.end] = "\0" * len(value)
            if span.kind == "name":
                turned = frozenset(re.findall(r"[\w'.]+", value.casefold()))
                assert turned in known or value.replace(" ", "") in joined, value
        left = {name for name in case.known_names if name in "".join(rest)}
        assert left <= traps, case.text


def runs(text: str) -> list[str]:
    """Runs of digits (a letter X may end one), as they are and without blanks and dashes."""
    plain = unicodedata.normalize("NFKC", text)
    tight = re.findall(r"(?<![0-9A-Za-z])\d+[Xx]?(?![0-9A-Za-z])", plain)
    loose = re.findall(r"(?<![0-9A-Za-z])\d{3,6}(?:[ -]\d{2,8})+[Xx]?(?![0-9A-Za-z])", plain)
    return tight + [re.sub(r"[ -]", "", run) for run in loose]


_PLATE = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][ ·-]?[A-Z0-9]{5,6}"
_SHAPES = (
    r"(?ai)[\w.+-]+ ?@ ?[\w-]+\.[a-z]{2,}",
    _PLATE + r"(?![A-Za-z0-9])",
    r"(?<![0-9A-Za-z])0\d{2,3}-?\d{7,8}(?![\d-])",
    r"(?ai)\b(?:[EG]\d{8}|E[A-Z]\d{7})\b",
    r"[路街道巷弄]\d+号",
    r"\+\d{2,3}[ -]?\d{3}",
    r"(?ai)(?:wx|vx|wechat|微信)号?[:： ]+[a-z][\w-]*\d[\w-]*",
    r"(?i)qq[:： ]*\d{5,}",
)


def identifying(text: str) -> list[str]:
    """What identifies somebody in the text."""
    plain = unicodedata.normalize("NFKC", text)
    found = [match[0] for shape in _SHAPES for match in re.finditer(shape, plain)]
    for run in runs(plain):
        is_card = len(run) in {16, 17, 18, 19} and run.isdigit() and luhn(run)
        is_mobile = re.fullmatch(r"(0086|86)?1[3-9]\d{9}", run)
        if is_mobile or is_card or (len(run) == 18 and resident_id(run)):
            found.append(run)
    return found


@pytest.mark.parametrize(
    "planted",
    [
        *("电话13812345678谢", "138 1234 5678", "１３８－１２３４－５６７８", "86-13812345678"),
        *("身份证11010519491231002x，", "110105 19491231 002X", "卡4111 1111 1111 1111"),
        *("a.b@qq.com", "a＠163.com", "车京A·12345停", "粤BD12345", "010-62345678"),
        *("护照E12345678", "中山路88号", "+852 9123 4567", "微信：ab_123", "QQ 12345678"),
    ],
)
def test_a_planted_identifier_would_be_seen(planted: str) -> None:
    assert identifying(planted), planted


def test_texts_without_identifiers_hold_none() -> None:
    for case in both()[1]:
        assert case.spans == ()
        assert identifying(case.text) == [], case.text


def test_lookalikes_of_every_sort_stand_in_texts_without_identifiers() -> None:
    sorts = {span.kind for case in both()[1] for span in case.lookalikes}
    assert {"order", "tracking", "num10", "num12", "num16", "num18", "hotline", "isbn"} <= sorts
    assert {"date", "date8", "price", "size", "version", "points", "plate_like", "city"} <= sorts
