"""What a shared identifier says and does not say: phone, e-mail, device, issued ids."""

from __future__ import annotations

import pytest

from tests.unit.enrich.identity.link.conftest import (
    CONTACT,
    LEAD,
    MEMBER,
    PROFILE,
    SHOP,
    Case,
    Town,
    case,
    hold,
    row,
)

MANY_NAMES = ("李文博", "周雨桐", "吴建国", "郑秀兰", "冯志强", "蒋梦琪")
HUB_OF_NAMES = [
    row(f"h{place}", LEAD, full_name=name, phone="13912340001", email=f"h{place}@example.org")
    for place, name in enumerate(MANY_NAMES)
]
HUB_OF_RECORDS = [
    row(f"r{place:02}", SHOP, full_name="沈一凡", email="desk.of.shen@example.com")
    for place in range(31)
]

CASES: dict[str, Case] = {
    "one person through four systems": case(
        "shop member contact wechat | lead",
        row("shop", SHOP, shop_customer_id="70", full_name="李晓燕", email="Li.Xy@Example.com"),
        row(
            "member",
            MEMBER,
            shop_customer_id="70",
            phone="１３９１２３４１００１",
            full_name="李晓燕",
        ),
        row(
            "contact",
            CONTACT,
            phone="+86 139-1234-1001",
            unionid="oUnion1001aa",
            full_name="李曉燕",
        ),
        row("wechat", PROFILE, unionid="oUnion1001aa", full_name="小燕子"),
        row("lead", LEAD, email="someone.else@example.com", full_name="李晓燕"),
        links=("shop member same_shop_customer_id", "contact wechat same_unionid"),
    ),
    "same name and phone in any writing": case(
        "a b c d e",
        row("a", full_name="陈志远", phone="13912341010"),
        row("b", full_name="陳志遠先生", phone="+86 139-1234-1010"),
        row("c", full_name="CHEN Zhiyuan", phone="0086 13912341010"),
        row("d", full_name="Zhiyuan Chen", phone_2="１３９　１２３４　１０１０"),
        row("e", given_name="志远", family_name="陈", phone="139.1234.1010"),
        links=("a b same_phone", "a e same_phone"),
    ),
    "invalid identifiers never link": case(
        "a | b | c",
        row("a", full_name="谢佳怡", phone="11111111111", email="info@example.com", unionid="null"),
        row("b", full_name="谢佳怡", phone="11111111111", email="info@example.com", unionid="null"),
        row(
            "c", full_name="谢佳怡", phone="139****1020", email="not a mail", device_id="0000-0000"
        ),
    ),
    "a household phone joins no two names": case(
        "a | b | c",
        row("a", full_name="赵国庆", phone="0571-88271340"),
        row("b", full_name="赵雅琴", phone="0571-88271340"),
        row("c", full_name="Harold Winterbourne", phone="0571-88271340"),
        links=("a b same_phone han_conflict", "a c same_phone name_conflict"),
    ),
    "a recycled number": case(
        "a b | c",
        row("a", full_name="高文杰", phone="13912341030"),
        row("b", full_name="高文杰", phone="13912341030"),
        row("c", full_name="罗晓彤", phone="13912341030"),
    ),
    "same name and phone of two generations": case(
        "a | b",
        row("a", full_name="Walter Hazelmere", birth_date="1948-02-11", phone="+1 415 555 2671"),
        row("b", full_name="Walter Hazelmere", birth_date="1975-09-30", phone="+1 415 555 2671"),
        links=("a b same_phone birth_date_conflict",),
    ),
    "a couple shares an e-mail": case(
        "a | b",
        row("a", full_name="Edmund Larkfield", email="the.larkfields@example.com"),
        row("b", full_name="Rosalind Larkfield", email="the.larkfields@example.com"),
        links=("a b same_email name_conflict",),
    ),
    "she married and kept her e-mail": case(
        "a b",
        row("a", full_name="Rosamund Thackery", email="rosamund@example.org"),
        row("b", full_name="Rosamund Pellington", email="rosamund@example.org"),
        links=("a b same_email",),
    ),
    "a shared device": case(
        "a b | c | d",
        row("a", full_name="邓子涵", device_id="a1b2c3d4-tablet"),
        row("b", full_name="邓子涵", device_id="a1b2c3d4-tablet"),
        row("c", full_name="许明哲", device_id="a1b2c3d4-tablet"),
        row("d", PROFILE, full_name="微信用户", device_id="a1b2c3d4-tablet"),
        links=(
            "a b same_device",
            "a c same_device han_conflict",
            "a d same_device name_unknown",
        ),
    ),
    "an issued id overrides the names": case(
        "a b | c",
        row("a", full_name="曹晨曦", loyalty_id="LX-440 1050"),
        row("b", full_name="彭家豪", loyalty_id="lx-4401050"),
        row("c", full_name="曹晨曦", loyalty_id="LX-4401051"),
        links=("a b same_loyalty_id",),
    ),
    "an identifier on too many names is shared, and stops no other link": case(
        "h0 mail | h1 | h2 | h3 | h4 | h5 | n",
        *HUB_OF_NAMES,
        row("mail", full_name="李文博", phone="13912340001", email="h0@example.org"),
        row("n", PROFILE, phone="13912340001"),
        links=("h0 h1 same_phone shared", "h0 n same_phone shared", "h0 mail same_email"),
    ),
    "an identifier on too many records is shared": case(
        " | ".join(f"r{place:02}" for place in range(31)),
        *HUB_OF_RECORDS,
        links=("r00 r30 same_email shared",),
    ),
    "test accounts and deleted records stand alone": case(
        "a b | test | gone",
        row("a", SHOP, full_name="蔡依珊", phone="13912341070"),
        row("b", CONTACT, full_name="蔡依珊", phone="13912341070"),
        row("test", SHOP, linkable=False, full_name="蔡依珊", phone="13912341070"),
        row("gone", CONTACT, linkable=False, full_name="蔡依珊", phone="13912341070"),
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_case(town: Town, title: str) -> None:
    hold(town, title, CASES[title])


def test_no_case_touches_another(town: Town) -> None:
    assert {one for one, other in town.ends if one != other} == set()


def test_every_link_says_why(town: Town) -> None:
    rows = town.vault.rows(
        "links", "is_accepted", "reason", "agreement", "identifier_type", "identifier_hash", "score"
    )
    for accepted, reason, agreement, kind, hashed, score in rows:
        assert accepted == (reason is None)
        assert 0 < score <= 1
        assert (kind is None) == (hashed is None)
        assert kind is None or len(hashed) == 64
        if reason != "shared":
            assert agreement.startswith("name:")
            assert " birth_date:" in agreement
            assert " address:" in agreement


def test_equal_identifiers_have_equal_hashes(town: Town) -> None:
    hashes = town.vault.con.execute(
        """
        select count(distinct identifier_hash), count(*)
        from vault.identity.links
        where starts_with(source_record_id_a, 'same name and phone in any writing/')
        """
    ).fetchall()
    assert hashes == [(1, 10)]


def test_the_verdict_on_an_identifier_is_kept(town: Town) -> None:
    found = set(town.vault.rows("identifiers", "identifier_type", "invalid_reason", "is_shared"))
    assert {
        ("phone", None, False),
        ("phone", None, True),
        ("phone", "filler", False),
        ("phone", "masked", False),
        ("email", "role_address", False),
        ("email", None, True),
        ("device_id", "filler", False),
    } <= found
