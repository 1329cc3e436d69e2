"""What arrays settle is what the texts say: levels and pairs, against plain SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.link.blocks import MEMBERS, find_pairs
from assets.enrich.identity.link.compare import compare
from assets.enrich.identity.link.levels import (
    ADDRESS_LEVEL,
    BIRTH_LEVEL,
    DOCUMENT_LEVEL,
    NAME_LEVEL,
)
from assets.enrich.identity.link.prints import Prints, read_prints
from assets.enrich.identity.link.settle import OPEN, settled_levels
from assets.enrich.identity.rules import KEYS, LEVELS, default_rules

RULES = default_rules()
TABLES = """
create temp table identity_nodes (node integer, is_linkable boolean);
create temp table identity_profiles (
    node integer, name_han varchar, name_key varchar, name_family varchar, name_given varchar,
    name_kind varchar, is_named boolean, birth_date date, region_key varchar, city_key varchar,
    street_key varchar, number_key varchar, postcode varchar
);
create temp table identity_identifiers (
    node integer, identifier_type varchar, identifier_value varchar, is_valid boolean
);
create temp table identity_types (identifier_type varchar, strength varchar);
create temp table identity_shared (a integer, b integer, value_id integer);
create temp table identity_values (value_id integer, identifier_type varchar, is_hub boolean);
"""
EXPECTED = {
    "name": NAME_LEVEL,
    "birth_date": BIRTH_LEVEL,
    "address": ADDRESS_LEVEL,
    "document": DOCUMENT_LEVEL,
}
NAMES = [
    ("张伟", "wei zhang", "zhang", "wei", "han", True),
    ("张玮", "wei zhang", "zhang", "wei", "han", True),
    ("王芳", "fang wang", "wang", "fang", "han", True),
    (None, "wei zhang", "zhang", "wei", "pinyin", True),
    (None, "fang wang", "wang", "fang", "pinyin", True),
    (None, "john smith", "smith", "john", "latin", True),
    (None, "john smyth", "smyth", "john", "latin", True),
    (None, "mary smith", "smith", "mary", "latin", True),
    (None, "j smith", "smith", "j", "latin", False),
    (None, None, "smith", None, "latin", False),
    (None, None, "wang", None, "surname_only", False),
    (None, None, None, None, None, False),
]
BIRTHS = st.one_of(
    st.none(),
    st.sampled_from([date(1985, 4, 3), date(1985, 3, 4), date(1985, 1, 1), date(1958, 4, 3)]),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
)


def maybe(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *values])


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        BIRTHS,
        maybe("杭州", "宁波", "hamburg", "hamburgh"),
        maybe("文三路", "文一路", "high street", "high streat"),
        maybe("90", "90-3", "12"),
        maybe("310000", "20095"),
        maybe("330106198504030011", "330106198504030038", "330106198504130011"),
        st.booleans(),
    ),
    min_size=2,
    max_size=12,
)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as made:
        made.execute(TABLES).fetchall()
        yield made


def settle_in(con: duckdb.DuckDBPyConnection, people: list[Any]) -> Prints:
    for table in ("nodes", "profiles", "identifiers"):
        con.execute(f"delete from identity_{table}").fetchall()
    # In falling order: what comes first has no say in which place it takes.
    for node, (name, birth, city, street, number, postcode, document, linkable) in sorted(
        enumerate(people), reverse=True
    ):
        con.execute("insert into identity_nodes values (?, ?)", [node, linkable]).fetchall()
        con.execute(
            f"insert into identity_profiles values ({', '.join('?' * 13)})",
            [node, *name, birth, None, city, street, number, postcode],
        ).fetchall()
        if document is not None:
            con.execute(
                "insert into identity_identifiers values (?, 'national_id', ?, true)",
                [node, document],
            ).fetchall()
    return read_prints(con, RULES)


def told_by_texts(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], tuple[str, ...]]:
    """The levels of all pairs, as levels.py has them."""
    rows = con.execute(
        f"""
        with documented as (
            select profiles.*, identifiers.identifier_value as document
            from identity_profiles as profiles
            left join identity_identifiers as identifiers using (node)
        )
        select one.node, other.node, {", ".join(EXPECTED.values())}
        from documented as one
        inner join documented as other on one.node < other.node
        """
    ).fetchall()
    return {(a, b): tuple(levels) for a, b, *levels in rows}


def all_pairs(size: int) -> tuple[np.ndarray, np.ndarray]:
    pairs = np.array(list(combinations(range(size), 2)))
    return pairs[:, 0], pairs[:, 1]


@settings(deadline=None, max_examples=150)
@given(people=PEOPLE)
def test_prints_settle_what_the_texts_say(
    con: duckdb.DuckDBPyConnection, people: list[Any]
) -> None:
    prints = settle_in(con, people)
    one, other = all_pairs(len(people))
    expected = told_by_texts(con)
    for place, feature in enumerate(EXPECTED):
        codes = settled_levels(prints, one, other)[feature].tolist()
        for a, b, code in zip(one.tolist(), other.tolist(), codes, strict=True):
            if code != OPEN:
                assert LEVELS[feature][code] == expected[a, b][place], (people[a], people[b])


@settings(deadline=None, max_examples=50)
@given(people=PEOPLE)
def test_compared_pairs_have_the_levels_of_their_texts(
    con: duckdb.DuckDBPyConnection, people: list[Any]
) -> None:
    prints = settle_in(con, people)
    compare(con, prints, all_pairs(len(people)))
    found = con.execute(
        "select a, b, name_level, birth_level, address_level, document_level, name_records"
        " from identity_compared"
    ).fetchall()
    assert {(a, b): tuple(levels) for a, b, *levels, _ in found} == told_by_texts(con)
    keys = [name[1] for name, *_ in people]
    for a, b, *_, records in found:
        bearers = [keys.count(keys[node]) for node in (a, b) if keys[node] is not None]
        assert records == max(2, *bearers, 0)


@settings(deadline=None, max_examples=100)
@given(people=PEOPLE)
def test_pairs_are_those_whose_keys_are_equal(
    con: duckdb.DuckDBPyConnection, people: list[Any]
) -> None:
    prints = settle_in(con, people)
    one, other = find_pairs(con, RULES, prints)
    found = list(zip(one.tolist(), other.tolist(), strict=True))
    assert found == sorted(set(found))
    assert set(found) == pairs_by_hand(people)


def pairs_by_hand(people: list[Any]) -> set[tuple[int, int]]:
    def keys_of(person: Any) -> dict[str, Any]:
        name, birth, city, street, number, postcode, *_ = person
        details = dict(zip(("name_han", "name_key", "name_family", "name_given"), name))  # noqa: B905
        details |= {"city_key": city, "street_key": street, "number_key": number}
        details |= {"postcode": postcode, "birth_date": birth}
        if birth is not None:
            details |= {"birth_year": birth.year, "birth_day": (birth.month, birth.day)}
        return details

    blocks = [(rule.stands_on, MEMBERS) for rule in RULES.key_rules]
    blocks += [(block.keys, block.max_records) for block in RULES.evidence.blocks]
    found = set()
    for keys, limit in blocks:
        assert set(keys) <= set(KEYS)
        members: dict[tuple[Any, ...], list[int]] = {}
        for node, person in enumerate(people):
            values = tuple(keys_of(person).get(key) for key in keys)
            if person[-1] and None not in values:
                members.setdefault(values, []).append(node)
        for nodes in members.values():
            if len(nodes) <= limit:
                found |= set(combinations(nodes, 2))
    return found


def test_a_set_of_keys_on_too_many_records_says_nothing(con: duckdb.DuckDBPyConnection) -> None:
    limits = [block.max_records for block in RULES.evidence.blocks if "birth_date" in block.keys]
    same = (NAMES[4], date(1985, 4, 3), "宁波", None, None, None, None, True)
    for size, pair_count in ((MEMBERS, MEMBERS * (MEMBERS - 1) // 2), (MEMBERS + 1, 0)):
        assert size > max(limits)
        one, _ = find_pairs(con, RULES, settle_in(con, [same] * size))
        assert len(one) == pair_count


def test_a_missing_detail_has_one_print_whatever_it_is(con: duckdb.DuckDBPyConnection) -> None:
    [(text, day, number)] = con.execute(
        "select hash(null::varchar), hash(null::date), hash(null::integer)"
    ).fetchall()
    assert text == day == number == con.execute("select hash(null)").fetchall()[0][0]
