"""The vetoes over what a matcher proposes; the matcher itself is a stub here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from assets.enrich.identity.link import fuzzy
from assets.enrich.identity.link.fuzzy import FuzzyError, add_fuzzy_links, fuzzy_evidence
from assets.enrich.identity.rules import default_rules

RECORDS = [
    # node, name_han, name_key, name_family, name_given, name_kind, birth_date, is_linkable
    (0, None, "margaret olsen", "olsen", "margaret", "latin", "1970-05-06", True),
    (1, None, "margret olsen", "olsen", "margret", "latin", "1970-05-06", True),
    (2, None, "bruno karvonen", "karvonen", "bruno", "latin", "1970-05-06", True),
    (3, None, "margaret olsen", "olsen", "margaret", "latin", "1999-12-24", True),
    (4, "张伟", "wei zhang", "zhang", "wei", "han", None, True),
    (5, "张玮", "wei zhang", "zhang", "wei", "han", None, True),
    (6, None, None, "zhang", None, "surname_only", None, True),
    (7, None, None, None, None, None, "1970-05-06", True),
    (9, None, "margaret quist", "quist", "margaret", "latin", "1970-05-06", True),
    (10, None, "margaret quist", "quist", "margaret", "latin", None, True),
    (11, None, "henrik olsen", "olsen", "henrik", "latin", "1970-05-06", True),
    (8, None, "margaret olsen", "olsen", "margaret", "latin", "1970-05-06", False),
]


@dataclass(frozen=True)
class Stub:
    found: tuple[tuple[int, int, float | None], ...]
    name: str = "stub"

    def pairs(self, con: duckdb.DuckDBPyConnection, minimum_probability: float) -> None:
        con.execute(
            "create or replace temp table identity_fuzzy (a integer, b integer, probability double)"
        ).fetchall()
        for row in self.found:
            con.execute("insert into identity_fuzzy values (?, ?, ?)", row).fetchall()


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(
            """
            create temp table identity_attributes (
                node integer, name_han varchar, name_key varchar, name_family varchar,
                name_given varchar, name_kind varchar, birth_date date, city_key varchar,
                street_key varchar, number_key varchar, postcode varchar, is_named boolean
            );
            create temp table identity_nodes (node integer, is_linkable boolean);
            create temp table identity_links (
                a integer, b integer, rule varchar, identifier_type varchar,
                identifier_value varchar, agreement varchar, score double, reason varchar,
                is_accepted boolean
            );
            """
        ).fetchall()
        for *attributes, is_linkable in RECORDS:
            con.execute(
                "insert into identity_attributes"
                " select ?, ?, ?, ?, ?, ?, ?, null, null, null, null, ?",
                [*attributes, attributes[5] in ("han", "latin")],
            ).fetchall()
            con.execute(
                "insert into identity_nodes values (?, ?)", [attributes[0], is_linkable]
            ).fetchall()
        yield con


def links(
    con: duckdb.DuckDBPyConnection, *found: tuple[int, int, float | None], minimum: float = 0.9
) -> list[tuple[object, ...]]:
    add_fuzzy_links(con, default_rules(), Stub(found), minimum)
    return con.execute(
        "select a, b, is_accepted, reason from identity_links order by all"
    ).fetchall()


def test_a_probable_pair_becomes_the_weakest_kind_of_link(con: duckdb.DuckDBPyConnection) -> None:
    assert links(con, (0, 1, 0.98765)) == [(0, 1, True, None)]
    [row] = con.execute(
        "select rule, identifier_type, identifier_value, agreement, score from identity_links"
    ).fetchall()
    assert row == (
        "fuzzy_stub",
        None,
        None,
        "name:close birth_date:same address:unknown probability:0.988",
        fuzzy.SCORE,
    )
    rules = default_rules()
    weights = [rules.nameless.weight, *(rule.weight for rule in rules.rules)]
    assert all(weight > fuzzy.SCORE for weight in weights)


def test_the_vetoes_of_weighed_evidence_hold(con: duckdb.DuckDBPyConnection) -> None:
    assert links(con, (0, 2, 0.99), (0, 3, 0.99), (4, 5, 0.99)) == [
        (0, 2, False, "name_conflict"),
        (0, 3, False, "birth_date_conflict"),
        (4, 5, False, "han_conflict"),
    ]


def test_half_a_name_needs_the_birth_date_beside_it(con: duckdb.DuckDBPyConnection) -> None:
    assert links(con, (0, 9, 0.99), (0, 10, 0.99)) == [
        (0, 9, True, None),
        (0, 10, False, "too_little_evidence"),
    ]


def test_twins_stay_two(con: duckdb.DuckDBPyConnection) -> None:
    [(a, b, is_accepted, reason)] = links(con, (0, 11, 0.9999))
    assert (a, b, is_accepted) == (0, 11, False)
    assert reason


def test_a_record_without_a_usable_name_is_never_linked(con: duckdb.DuckDBPyConnection) -> None:
    assert links(con, (0, 7, 0.99), (4, 6, 0.99), (6, 7, 0.99)) == []


def test_pairs_below_the_minimum_are_left_out(con: duckdb.DuckDBPyConnection) -> None:
    assert links(con, (0, 1, 0.89)) == []
    with pytest.raises(FuzzyError, match=r"from 0\.5 to 1"):
        links(con, minimum=0.1)


def test_scratch_is_cleared(con: duckdb.DuckDBPyConnection) -> None:
    before = con.execute("show all tables").fetchall()
    links(con, (0, 1, 0.99))
    assert con.execute("show all tables").fetchall() == before


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ((1, 0, 0.9), "1 pairs in the wrong order, 0 twice"),
        ((0, 8, 0.9), "1 of records that must not be linked"),
        ((0, 99, 0.9), "1 of records that must not be linked"),
        ((0, 1, 1.5), "1 without a probability"),
        ((0, 1, None), "1 without a probability"),
    ],
)
def test_a_provider_that_breaks_its_promise_is_stopped(
    con: duckdb.DuckDBPyConnection, found: tuple[int, int, float | None], message: str
) -> None:
    with pytest.raises(FuzzyError, match=message):
        links(con, found)


def test_the_setting_names_a_provider_or_none(tmp_path: Path) -> None:
    assert fuzzy_evidence("") is None
    with pytest.raises(FuzzyError, match="'soundex'; known: splink"):
        fuzzy_evidence("soundex")
    with pytest.raises(FuzzyError, match="no trained model here"):
        fuzzy_evidence("splink", tmp_path / "model.json")


def test_without_splink_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzy, "find_spec", lambda _: None)
    with pytest.raises(FuzzyError, match=r"pip install .*'customer-360-warehouse\[splink\]'"):
        fuzzy_evidence("splink")
