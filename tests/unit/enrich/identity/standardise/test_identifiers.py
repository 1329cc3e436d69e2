from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.standardise.registry import HANDLES, IDENTIFIERS, standardise

TYPES = list(IDENTIFIERS)


def one(kind: str, raw: str | None, region: str = "CN") -> tuple[str, str | None]:
    row = standardise(kind, pa.array([raw], pa.string()), region).to_pylist()[0]
    assert row["is_valid"] == (row["invalid_reason"] is None)
    return row["identifier_value"], row["invalid_reason"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("13912345670", "+8613912345670"),
        ("１３９１２３４５６７０", "+8613912345670"),
        ("+86 139 1234 5670", "+8613912345670"),
        ("＋８６－139－1234－5670", "+8613912345670"),
        ("0086-139-1234-5670", "+8613912345670"),
        ("8613912345670", "+8613912345670"),
        ("(+86) 139.1234.5670", "+8613912345670"),
        ("+86 (0)139 1234 5670", "+8613912345670"),
        ("01186 13912345670", "+8613912345670"),
        ("013912345670", "+8613912345670"),
        ("13912345670.0", "+8613912345670"),
        ("1.391234567E+10", None),
        ("1.3912345670E+10", "+8613912345670"),
        ("手机：139 1234 5670", "+8613912345670"),
        ("Tel: 139 1234 5670", "+8613912345670"),
        ("\u202d13912345670\u202c", "+8613912345670"),
        ("\u00a0139\u00a01234\u00a05670", "+8613912345670"),
        ("139\u20131234\u20135670", "+8613912345670"),
        ("010-58887766", "+861058887766"),
        ("（010）58887766", "+861058887766"),
        ("0571 8765 4320", "+8657187654320"),
        ("86-21-58887766", "+862158887766"),
        ("21-58887766", "+862158887766"),
        ("021-58887766-801", "+862158887766;ext=801"),
        ("021-58887766转801", "+862158887766;ext=801"),
        ("(312) 867-5309", "+13128675309"),
        ("312-867-5309", "+13128675309"),
        ("3128675309", "+13128675309"),
        ("1-312-867-5309", "+13128675309"),
        ("1 (312) 867-5309", "+13128675309"),
        ("+13128675309", "+13128675309"),
        ("312.867.5309 x12", "+13128675309;ext=12"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+39 06 6982 1234", "+390669821234"),
        ("+852 2612 3450", "+85226123450"),
    ],
)
def test_a_phone_has_one_spelling(raw: str, expected: str | None) -> None:
    value, reason = one("phone", raw)
    if expected is None:
        assert reason == "rounded_by_spreadsheet"
    else:
        assert (value, reason) == (expected, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "missing"),
        (None, "missing"),
        ("　", "missing"),
        ("无", "filler"),
        ("N/A", "filler"),
        ("13800138000", "filler"),
        ("+86 138-0013-8000", "filler"),
        ("13888888888", "filler"),
        ("13812345678", "filler"),
        ("12345678901", "filler"),
        ("1234567890", "filler"),
        ("00000000000", "filler"),
        ("11111111", "filler"),
        ("400-820-8820", "service_number"),
        ("4008208820", "service_number"),
        ("+86 400 820 8820", "service_number"),
        ("800 820 8820", "service_number"),
        ("1-800-356-9377", "service_number"),
        ("+1 888 356 9377", "service_number"),
        ("95588", "service_number"),
        ("10086", "service_number"),
        ("138****5678", "masked"),
        ("139xxxx5678", "masked"),
        ("13912345670/13812345670", "several_values"),
        ("13912345670、13812345670", "several_values"),
        ("1391234567", "not_a_number"),
        ("139123456789", "not_a_number"),
        ("58887766", "not_a_number"),
        ("请致电", "not_a_number"),
    ],
)
def test_a_phone_that_is_nobodys_says_why(raw: str | None, reason: str) -> None:
    assert one("phone", raw)[1] == reason


def test_the_default_region_decides_only_without_a_hint() -> None:
    assert one("phone", "020 7946 0958", "GB")[0] == "+442079460958"
    assert one("phone", "13912345670", "US")[0] == "+8613912345670"
    assert one("phone", "312-867-5309", "CN")[0] == "+13128675309"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Li.Wei@Example.COM", "li.wei@example.com"),
        ("  li.wei@example.com\t", "li.wei@example.com"),
        ("ｌｉ．ｗｅｉ＠ｅｘａｍｐｌｅ．ｃｏｍ", "li.wei@example.com"),
        ("li.wei＠example。com", "li.wei@example.com"),
        ("mailto:li.wei@example.com", "li.wei@example.com"),
        ("Li Wei <li.wei@example.com>", "li.wei@example.com"),
        ("li.wei @ example.com;", "li.wei@example.com"),
        ("li.wei+shop@example.com", "li.wei+shop@example.com"),
        ("李伟@例子.中国", "李伟@例子.中国"),
        ("Li.Wei+shop@Gmail.com", "liwei@gmail.com"),
        ("l.i.w.e.i@googlemail.com", "liwei@gmail.com"),
        ("li.wei+a@googlemail.com", "liwei@gmail.com"),
        ("li.wei+news@outlook.com", "li.wei@outlook.com"),
        ("li.wei+news@hotmail.co.uk", "li.wei@hotmail.co.uk"),
        ("li.wei+x+y@icloud.com", "li.wei@icloud.com"),
        ("li.wei+x@proton.me", "li.wei@proton.me"),
        ("li.wei+x@qq.com", "li.wei+x@qq.com"),
        ("li.wei@gmial.com", "li.wei@gmial.com"),
        ("o'neil_99@mail.example.co.uk", "o'neil_99@mail.example.co.uk"),
    ],
)
def test_an_email_has_one_spelling(raw: str, expected: str) -> None:
    assert one("email", raw) == (expected, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("info@example.com", "role_address"),
        ("Service@Example.com", "role_address"),
        ("store012@example.com", "role_address"),
        ("no-reply@example.com", "role_address"),
        ("info+cn@example.com", "role_address"),
        ("s.a.l.e.s@gmail.com", "role_address"),
        ("123456@qq.com", "filler"),
        ("+tag@gmail.com", "bad_syntax"),
        ("li..wei@gmail.com", "bad_syntax"),
        (".liwei@gmail.com", "bad_syntax"),
        ("test@example.com", "filler"),
        ("xxx@qq.com", "filler"),
        ("111111@qq.com", "filler"),
        ("none", "filler"),
        ("", "missing"),
        ("li.wei", "bad_syntax"),
        ("li.wei@", "bad_syntax"),
        ("li..wei@example.com", "bad_syntax"),
        ("li wei@example.com", "bad_syntax"),
        ("li@wei@example.com", "bad_syntax"),
        ("li.wei@example", "bad_syntax"),
        ("a" * 65 + "@example.com", "bad_syntax"),
        ("a@x.com;b@x.com", "several_values"),
        ("l***i@example.com", "masked"),
    ],
)
def test_an_email_that_is_nobodys_says_why(raw: str, reason: str) -> None:
    assert one("email", raw)[1] == reason


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("unionid", " oU1a2b3c4d5e6f7g8h9iJkLmNoPq ", ("oU1a2b3c4d5e6f7g8h9iJkLmNoPq", None)),
        ("unionid", "null", ("null", "filler")),
        ("unionid", "o U1", ("o U1", "bad_syntax")),
        ("weibo_uid", "１２３４５６７", ("1234567", None)),
        ("weibo_uid", "1234567.0", ("1234567", None)),
        ("weibo_uid", "abc", ("abc", "bad_syntax")),
        ("weibo_uid", "0000000", ("0000000", "filler")),
        ("shop_customer_id", " 2038.0", ("2038", None)),
        ("shop_customer_id", "11111", ("11111", None)),
        ("shop_customer_id", "0", ("0", "filler")),
        ("openid", "oABCD1234abcd1234ABCD1234abc", ("oABCD1234abcd1234ABCD1234abc", None)),
        ("openid", "o_1", ("o_1", "bad_syntax")),
        ("handle", "  VIP-7 ", ("VIP-7", None)),
        ("handle", "无", ("无", "filler")),
        ("handle", "a b", ("a b", "bad_syntax")),
        ("loyalty_id", "m 0012 34", ("M001234", None)),
        ("loyalty_id", "０", ("0", "filler")),
        (
            "device_id",
            "6D92078A-8246-4BA4-AE5B-76104861E7DC",
            ("6d92078a-8246-4ba4-ae5b-76104861e7dc", None),
        ),
        (
            "device_id",
            "6d92078a82464ba4ae5b76104861e7dc",
            ("6d92078a-8246-4ba4-ae5b-76104861e7dc", None),
        ),
        (
            "device_id",
            "00000000-0000-0000-0000-000000000000",
            ("00000000-0000-0000-0000-000000000000", "filler"),
        ),
        ("device_id", "9774D56D682E549C", ("9774d56d682e549c", "filler")),
        ("device_id", "02:00:00:00:00:00", ("02:00:00:00:00:00", "filler")),
        ("device_id", "863456789012345", ("863456789012345", None)),
        ("device_id", "Dev_0012", ("Dev_0012", None)),
        ("national_id", "11010519491231002x", ("11010519491231002X", None)),
        ("national_id", "110105 19491231 002X", ("11010519491231002X", None)),
        ("national_id", "110105194912310021", ("110105194912310021", "bad_checksum")),
        ("national_id", "11010519491331002X", ("11010519491331002X", "bad_checksum")),
        ("national_id", "110105********002X", ("110105********002X", "masked")),
        ("national_id", "g-12345678", ("G12345678", None)),
        ("national_id", "8765432", ("8765432", None)),
        ("national_id", "111111111", ("111111111", "filler")),
        ("national_id", "123-45-6789", ("123456789", "filler")),
    ],
)
def test_handles_are_trimmed_and_checked(
    kind: str, raw: str, expected: tuple[str, str | None]
) -> None:
    assert one(kind, raw) == expected


def test_an_unknown_standardiser_is_refused() -> None:
    with pytest.raises(ValueError, match="passport"):
        standardise("passport", pa.array(["E1"]))


@pytest.mark.parametrize("kind", ["phone", "email", *HANDLES])
def test_nothing_in_is_nothing_out(kind: str) -> None:
    assert len(standardise(kind, pa.array([], pa.string()))) == 0
    assert one(kind, None)[1] == "missing"


NATIONAL = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
HALF_TO_FULL = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")


@settings(deadline=None)
@given(
    number=NATIONAL,
    prefix=st.sampled_from(["", "+86", "86", "0086", "+86-", "(+86) ", "0"]),
    separator=st.sampled_from(["", " ", "-", "\u00a0", "－"]),
    full_width=st.booleans(),
)
def test_every_writing_of_a_mobile_is_the_same_number(
    number: str, prefix: str, separator: str, full_width: bool
) -> None:
    raw = prefix + separator.join([number[:3], number[3:7], number[7:]])
    raw = raw.translate(HALF_TO_FULL) if full_width else raw
    assert one("phone", raw)[0] == f"+86{number}"


TEXTS = st.one_of(
    st.text(max_size=40),
    st.text("0123456789０１９+＋-() .xX转/E", max_size=24),
    st.text("aZ09.@＠+_<>; ,张。", max_size=24),
    st.from_regex(r"[a-z]{1,8}[.+][a-z0-9]{1,8}@[a-z]{1,8}\.(com|中国)", fullmatch=True),
)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(TYPES), raws=st.lists(TEXTS, max_size=6), region=st.sampled_from("CU"))
def test_any_text_has_a_verdict_that_lasts(kind: str, raws: list[str], region: str) -> None:
    where = {"C": "CN", "U": "US"}[region]
    rows = standardise(kind, pa.array(raws, pa.string()), where).to_pylist()
    assert [row["raw_value"] for row in rows] == raws
    for row in rows:
        assert (row["identifier_value"], row["invalid_reason"]) == one(
            kind, row["raw_value"], where
        )
        if row["is_valid"]:
            assert one(kind, row["identifier_value"], where) == (row["identifier_value"], None)
