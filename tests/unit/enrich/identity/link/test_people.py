"""Who two records are: names, birth dates and addresses; records without a name; decisions."""

from __future__ import annotations

import pytest

from tests.unit.enrich.identity.link.conftest import (
    LEAD,
    PROFILE,
    SHOP,
    Case,
    Town,
    case,
    hold,
    row,
)

PLUM = "浙江省杭州市西湖区文三路90号3幢502室"

CASES: dict[str, Case] = {
    "characters that sound alike are two people": case(
        "han1 | han2",
        row("han1", full_name="张伟", phone="13812342001"),
        row("han2", full_name="张玮", phone="13812342001"),
        links=("han1 han2 same_phone han_conflict",),
    ),
    "a pinyin record goes to one of the two only": case(
        "han1 pinyin | han2",
        row("han1", full_name="刘洋", phone="13812342002"),
        row("han2", full_name="刘阳", phone="13812342002"),
        row("pinyin", full_name="Liu Yang", phone="13812342002"),
        links=("han1 pinyin same_phone", "han2 pinyin same_phone conflict_in_cluster"),
    ),
    "twins": case(
        "a | b",
        row("a", full_name="林若曦", birth_date="1991-04-17", address=PLUM, phone="13812342003"),
        row("b", full_name="林若彤", birth_date="1991-04-17", address=PLUM, phone="13812342003"),
        links=("a b same_phone han_conflict",),
    ),
    "western twins": case(
        "a | b",
        *(
            row(
                letter,
                full_name=name,
                birth_date="1988-10-02",
                address="14 Willowmere Lane",
                city="Burlington",
                postcode="05401",
                phone="+1 802 555 0143",
            )
            for letter, name in (("a", "Florence Quillby"), ("b", "Harriet Quillby"))
        ),
        links=("a b same_phone name_conflict",),
    ),
    "a nickname where no contact speaks against it": case(
        "a b",
        *(
            row(
                letter,
                full_name=name,
                birth_date="1961-07-23",
                address="8 Saltmarsh Road",
                city="Rutland",
                postcode="05701",
            )
            for letter, name in (("a", "Margaret Dunmoor"), ("b", "Peggy Dunmoor"))
        ),
        links=("a b same_family_member",),
    ),
    "father and son of one name": case(
        "a | b",
        row("a", full_name="Ignatius Farrow", birth_date="1951-05-03", address="5 Heron Street"),
        row("b", full_name="Ignatius Farrow", birth_date="1981-05-03", address="5 Heron Street"),
        links=("a b name_and_address birth_date_conflict",),
    ),
    "same name and birth date": case(
        "a b | c",
        row("a", full_name="欧阳静怡", birth_date="1979-12-08"),
        row("b", full_name="OUYANG Jingyi", birth_date="1979年12月8日"),
        row("c", full_name="欧阳静怡", birth_date="1969-03-21"),
        links=("a b name_and_birth_date",),
    ),
    "same name and address": case(
        "a b | c",
        row("a", full_name="Cordelia Ashgrove", address="221 North Maple Street", postcode="97205"),
        row("b", full_name="Ashgrove, Cordelia", address="221 N Maple St", postcode="97205"),
        row("c", full_name="Cordelia Ashgrove", address="9 Birch Avenue", postcode="33101"),
        links=("a b name_and_address",),
    ),
    "documents one slip of the pen apart": case(
        "a b",
        row("a", full_name="Barnaby Stillwater", postcode="59718", national_id="K4471982"),
        row("b", full_name="Barnabi Stillwater", postcode="59718", national_id="K4411982"),
        links=("a b near_document",),
    ),
    "consecutive passports of a couple": case(
        "a | b",
        row("a", full_name="潘德华", national_id="E51730928", phone="13812342011"),
        row("b", full_name="任雪莹", national_id="E51730929", phone="13812342011"),
    ),
    "consecutive passports of a western couple": case(
        "a | b",
        row("a", full_name="Everett Moorcroft", national_id="X51730926", phone="+1 503 555 0188"),
        row("b", full_name="Lavinia Moorcroft", national_id="X51730927", phone="+1 503 555 0188"),
    ),
    "nameless, and one customer fits": case(
        "a b n",
        row("a", full_name="田雨欣", phone="13812342020", birth_date="1990-01-09"),
        row("b", full_name="田雨欣", birth_date="1990-01-09"),
        row("n", PROFILE, full_name="微信用户", phone="13812342020"),
        links=("a n same_phone",),
    ),
    "nameless, and two fit": case(
        "a | b | n",
        row("a", full_name="范思远", phone="13812342021"),
        row("b", full_name="石慧敏", phone="13812342021"),
        row("n", PROFILE, phone="13812342021"),
        links=("a n same_phone ambiguous", "b n same_phone ambiguous"),
    ),
    "nameless never bridges": case(
        "a | b | n",
        row("a", full_name="姚俊杰", phone="13812342022"),
        row("b", full_name="姚俊杰", email="someone.named.yao@example.com"),
        row("n", LEAD, phone="13812342022", email="someone.named.yao@example.com"),
        links=("a n same_phone ambiguous", "b n same_email ambiguous"),
    ),
    "nameless, and more leads to one": case(
        "a n | b",
        row("a", full_name="谭丽华", phone="13812342023", email="tan.lh@example.com"),
        row("b", full_name="廖成功", phone="13812342023"),
        row("n", LEAD, phone="13812342023", email="tan.lh@example.com"),
    ),
    "nameless records alone are one": case(
        "m n",
        row("m", LEAD, phone="13812342024"),
        row("n", PROFILE, phone="13812342024"),
    ),
    "nameless, through another that found its customer": case(
        "a m n",
        row("a", full_name="韦思颖", phone="13812342027"),
        row("m", LEAD, phone="13812342027", email="thirteen.wei@example.com"),
        row("n", PROFILE, email="thirteen.wei@example.com"),
        links=("a m same_phone", "m n same_email"),
    ),
    "nameless, and only one of two details is theirs alone": case(
        "m n | o",
        row("m", LEAD, phone="13812342028", phone_2="13812342029"),
        row("n", PROFILE, phone="13812342028", phone_2="13812342029"),
        row("o", LEAD, phone="13812342029"),
        links=("m n same_phone", "m n same_phone name_unknown", "m o same_phone name_unknown"),
    ),
    "a family name with a title": case(
        "a mr | b",
        row("a", full_name="汪海涛", phone="13812342025"),
        row("b", full_name="贾静雯", phone="13812342025"),
        row("mr", LEAD, full_name="汪先生", phone="13812342025"),
        links=("a mr same_phone", "b mr same_phone name_conflict"),
    ),
    "a family name with a title, and two fit": case(
        "a | b | mr",
        row("a", full_name="夏国栋", phone="13812342026"),
        row("b", full_name="夏晓雨", phone="13812342026"),
        row("mr", LEAD, full_name="夏先生", phone="13812342026"),
        links=("a mr same_phone ambiguous",),
    ),
    "a nameless record lends a name by its unionid": case(
        "named n | other",
        row("named", full_name="方子墨", unionid="oUnion2030bb", phone="13812342030"),
        row("n", PROFILE, full_name="墨墨", unionid="oUnion2030bb", phone="13812342031"),
        row("other", full_name="侯亚楠", phone="13812342031"),
        links=("n other same_phone han_conflict",),
    ),
    "a steward parts two": case(
        "a | b",
        row("a", full_name="邹立新", phone="13812342040"),
        row("b", full_name="邹立新", phone="13812342040"),
        decisions=("do_not_link a b",),
        links=("a b same_phone do_not_link", "a b do_not_link do_not_link"),
    ),
    "a steward parts two that meet over a third": case(
        "a | b x",  # an e-mail is trusted more than a telephone number
        row("a", full_name="熊佩珊", phone="13812342041"),
        row("x", full_name="熊佩珊", phone="13812342041", email="xiong.ps@example.com"),
        row("b", full_name="熊佩珊", email="xiong.ps@example.com"),
        decisions=("do_not_link b a",),
    ),
    "a steward joins two that share nothing": case(
        "a b",
        row("a", SHOP, full_name="孟凡", phone="13812342042"),
        row("b", full_name="Octavia Brindle", email="octavia@example.org"),
        decisions=("always_link b a",),
        links=("a b always_link",),
    ),
    "parting beats joining": case(
        "a | b",
        row("a", full_name="秦淑芬", phone="13812342043", unionid="oUnion2043cc"),
        row("b", full_name="秦淑芬", phone="13812342043", unionid="oUnion2043cc"),
        decisions=("always_link a b", "do_not_link a b"),
        links=("a b always_link do_not_link", "a b same_unionid do_not_link"),
    ),
    "parting beats joining over a third": case(
        "a x | b",
        row("a", full_name="江文轩", email="jiang.wx@example.com"),
        row("x", full_name="江文轩", email="jiang.wx@example.com"),
        row("b", full_name="Lysander Fenwick"),
        decisions=("always_link a x", "always_link x b", "do_not_link a b"),
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_case(town: Town, title: str) -> None:
    hold(town, title, CASES[title])


def test_no_case_touches_another(town: Town) -> None:
    assert {one for one, other in town.ends if one != other} == set()


def test_a_link_tells_how_far_the_two_agree(town: Town) -> None:
    rows = town.vault.con.execute(
        """
        select agreement, identifier_hash, score
        from vault.identity.links
        where rule = 'name_and_birth_date' and is_accepted
            and starts_with(source_record_id_a, 'same name and birth date/')
        """
    ).fetchall()
    assert rows == [("name:same birth_date:same address:unknown", None, 0.94)]


def test_refused_and_ambiguous_links_are_shown_for_review(town: Town) -> None:
    reasons = {row[0] for row in town.vault.rows("review", "reason")}
    assert {"ambiguous", "conflict_in_cluster"} <= reasons
