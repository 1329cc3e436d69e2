"""Splink on a small invented town, trained once for all tests here."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

pytest.importorskip("splink")

from assets.enrich.identity.link.fuzzy import FuzzyError, fuzzy_evidence
from assets.enrich.identity.link.fuzzy_splink import SplinkEvidence, train_model

FAMILIES = ["olsen", "karvonen", "dubois", "moretti", "novak", "lindqvist", "okafor", "tanaka"]
GIVEN = ["margaret", "henrik", "adele", "tomasz", "ingrid", "ruben", "yasmin", "oskar", "paloma"]
PEOPLE = 300
ATTRIBUTES = [
    *("node", "name_key", "name_family", "name_given", "name_kind", "birth_date"),
    *("city_key", "street_key", "number_key"),
]
IDENTIFIERS = ["node", "identifier_type", "identifier_value", "is_valid"]


def town(con: duckdb.DuckDBPyConnection) -> None:
    """Two records for each of `PEOPLE`: 2n as it should be, 2n + 1 with slips of the pen."""
    dice = random.Random(7)
    attributes: list[tuple[object, ...]] = []
    identifiers: list[tuple[object, ...]] = []
    for person in range(PEOPLE):
        family = dice.choice(FAMILIES) + dice.choice("aeiou") + dice.choice("lmnrs")
        given = dice.choice(GIVEN) + dice.choice("aeiou")
        birth = f"{dice.randint(1940, 2004)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
        street, number = f"street {dice.randint(1, 150)}", str(dice.randint(1, 90))
        phone = f"+4790{dice.randint(0, 999999):06}"
        for node in (2 * person, 2 * person + 1):
            is_copy = node % 2
            slip = dice.random() if is_copy else 1.0
            shown = given[:3] + given[4:] if slip < 0.3 else given
            attributes.append(
                (
                    node,
                    " ".join(sorted([shown, family])),
                    family,
                    shown,
                    "latin",
                    f"{birth[:-1]}9" if 0.3 < slip < 0.45 else birth,
                    "town",
                    f"street {dice.randint(1, 150)}" if 0.45 < slip < 0.7 else street,
                    number,
                )
            )
            typed = phone[:-2] + phone[-1] + phone[-2] if 0.7 < slip < 0.8 else phone
            if slip < 0.2 or slip > 0.6:
                identifiers.append((node, "phone", typed, True))
    # One has no name; two must not be linked, see below.
    attributes[2] = (2, None, None, None, None, *attributes[2][5:])
    con.execute(
        """
        create temp table identity_attributes (
            node integer, name_han varchar, name_key varchar, name_family varchar,
            name_given varchar, name_kind varchar, birth_date date, region_key varchar,
            city_key varchar, street_key varchar, number_key varchar, postcode varchar,
            is_named boolean
        );
        create temp table identity_identifiers (
            node integer, identifier_type varchar, identifier_value varchar, is_valid boolean,
            invalid_reason varchar
        );
        """
    ).fetchall()
    for table, columns, rows in (
        ("attributes", ATTRIBUTES, attributes),
        ("identifiers", IDENTIFIERS, identifiers),
    ):
        values = zip(*rows, strict=True)
        con.register("given", pa.table(dict(zip(columns, map(list, values), strict=True))))
        con.execute(f"insert into identity_{table} by name select * from given").fetchall()
        con.unregister("given")
    con.execute(
        """
        update identity_attributes set is_named = name_kind is not null;
        create temp table identity_nodes as
        select node, node not in (0, 1) as is_linkable from identity_attributes
        """
    ).fetchall()


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(tmp_path / "vault.duckdb") as con:
        town(con)
        yield con


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.json"
    with duckdb.connect() as con:
        town(con)
        train_model(con, path)
    return path


def found(
    con: duckdb.DuckDBPyConnection, provider: SplinkEvidence, minimum: float = 0.9
) -> list[tuple[int, int, float]]:
    provider.pairs(con, minimum)
    return con.execute("select a, b, probability from identity_fuzzy").fetchall()


def test_it_finds_people_that_no_key_holds_together(
    con: duckdb.DuckDBPyConnection, model: Path
) -> None:
    provider = fuzzy_evidence("splink", model)
    assert isinstance(provider, SplinkEvidence)
    pairs = found(con, provider)
    right = [pair for pair in pairs if pair[0] // 2 == pair[1] // 2]
    assert len(right) > 0.9 * PEOPLE
    assert len(right) > 0.99 * len(pairs)
    assert all(a < b and 0.9 <= probability <= 1 for a, b, probability in pairs)
    assert pairs == sorted(pairs)


def test_only_linkable_records_with_a_name_are_proposed(
    con: duckdb.DuckDBPyConnection, model: Path
) -> None:
    nodes = {node for pair in found(con, SplinkEvidence(model)) for node in pair[:2]}
    assert not nodes & {0, 1, 2}
    assert {4, 5} <= nodes


def test_a_higher_minimum_proposes_fewer_of_the_same_pairs(
    con: duckdb.DuckDBPyConnection, model: Path
) -> None:
    many = found(con, SplinkEvidence(model), 0.5)
    few = found(con, SplinkEvidence(model), 0.9999)
    assert few == [pair for pair in many if pair[2] >= 0.9999]
    assert 0 < len(few) < len(many)


def test_training_every_night_gives_the_same_pairs_on_any_number_of_threads(
    con: duckdb.DuckDBPyConnection, model: Path
) -> None:
    con.execute("set threads = 3").fetchall()
    assert found(con, SplinkEvidence(None)) == found(con, SplinkEvidence(model))


def test_the_model_holds_no_values_of_records(model: Path) -> None:
    text = model.read_text()
    assert not [name for name in [*FAMILIES, *GIVEN, "street 1", "+4790"] if name in text]


def test_nothing_is_left_behind(
    con: duckdb.DuckDBPyConnection, model: Path, tmp_path: Path
) -> None:
    before = con.execute("show all tables").fetchall()
    found(con, SplinkEvidence(model))
    con.execute("drop table identity_fuzzy").fetchall()
    assert con.execute("show all tables").fetchall() == before
    assert {path.name for path in tmp_path.iterdir()} <= {"vault.duckdb", "vault.duckdb.wal"}


@pytest.mark.parametrize("kept", [0, 1, 5])
def test_a_handful_of_records_is_judged_by_belief(
    con: duckdb.DuckDBPyConnection, kept: int
) -> None:
    con.execute(f"delete from identity_nodes where node >= {kept + 3} or node < 3").fetchall()
    assert {pair[:2] for pair in found(con, SplinkEvidence(None))} <= {(4, 5), (6, 7)}


def test_a_contact_detail_of_many_names_is_no_evidence(
    con: duckdb.DuckDBPyConnection, model: Path
) -> None:
    con.execute("update identity_identifiers set identifier_value = '+4790000000'").fetchall()
    with_shared = found(con, SplinkEvidence(model))
    con.execute("delete from identity_identifiers").fetchall()
    assert found(con, SplinkEvidence(model)) == with_shared


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "this is no model"),
        ("[]", "this is no model"),
        (json.dumps({"version": 1}), "this is no model"),
        (json.dumps({"version": 0, "settings": {}}), "has version 0, not 1"),
    ],
)
def test_a_file_that_is_no_model_says_so(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "model.json"
    path.write_text(content)
    with pytest.raises(FuzzyError, match=message):
        found(con, SplinkEvidence(path))
