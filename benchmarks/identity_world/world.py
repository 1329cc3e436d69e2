"""One world: people, their records in three sources, traps, steward's lists and the truth.

python -m benchmarks.identity_world --seed 1 --mix balanced --out DIR
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.identity_world.evidence import (
    by_person,
    evidence,
    facts,
    parts,
    shared_between_people,
    trap_pairs,
)
from benchmarks.identity_world.lookalikes import lookalikes
from benchmarks.identity_world.mixes import MIXES, Mix
from benchmarks.identity_world.people import Person, Registry
from benchmarks.identity_world.pool import Group, Pool
from benchmarks.identity_world.records import Clerk, Record
from benchmarks.identity_world.shared_values import RECORD_TRAPS, Desk, nameless_in_household
from benchmarks.identity_world.sources import COLUMNS, CREATED, FIELDS, ID, MAPPING, SOURCES
from benchmarks.identity_world.traps import set_traps

SIZE = 16_000
ALWAYS = 6
PAIR = ("source_a", "source_record_id_a", "source_b", "source_record_id_b")
_LINKING = {
    "crm": ("phone", "email", "birth_date"),
    "order_customers": ("phone", "email"),
    "social": ("phone",),
}
"""Fields that may join an orphan record to the others of its person, by source."""


@dataclass
class World:
    """Everything known of a world at one night."""

    seed: int
    mix: Mix
    rng: Random
    registry: Registry
    clerk: Clerk
    people: dict[int, Person] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    nameless: list[Record] = field(default_factory=list)
    do_not_link: list[tuple[Record, Record]] = field(default_factory=list)
    always_link: list[tuple[Record, Record]] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """Give the record its id, which tells nothing of the person, and keep it."""
        record.record_id = self.registry.fresh(
            7, {"crm": "C", "social": "S"}.get(record.source, "O")
        )
        self.records.append(record)

    def new_person(self) -> Person:
        """Somebody of either sort."""
        person = self.registry.person(self.rng.random() < self.mix.western)
        self.people[person.person_id] = person
        return person

    def write_person(self, person: Person, count: int, before: list[Record]) -> None:
        """Write `count` more records; those without common evidence mostly get some."""
        for place in range(count):
            first = place == 0 and not before
            source = self._source(person.first if first else frozenset())
            record = self.clerk.record(person, source, first)
            if before and self.rng.random() >= self.mix.orphan:
                self._join(record, person, before)
            before.append(record)
            self.add(record)

    def _source(self, needs: frozenset[str]) -> str:
        while True:
            source = self.rng.choices(SOURCES, self.mix.sources)[0]
            if needs <= set(FIELDS[source]):
                return source

    def _join(self, record: Record, person: Person, before: list[Record]) -> None:
        """Fill fields until the record shares something of its person's own with the others."""
        row = person.febrl[0] if person.febrl else {}

        def own(other: Record) -> set[tuple[str, str]]:
            return {item for item in evidence(other) if item[1] not in person.common}

        known = set().union(*map(own, before))
        for name in self.rng.sample(_LINKING[record.source], len(_LINKING[record.source])):
            if known & own(record):
                return
            if name not in record.seen and name not in person.never:
                self.clerk.put(record, person, name, row)
        if known & own(record):
            return
        other = self.rng.choice(before)
        for known_by in (record, other):
            if "phone" not in known_by.seen:
                self.clerk.put(known_by, person, "phone", row)
        if not own(other) & own(record) and record.source == other.source == "crm":
            self.clerk.put(record, person, "unionid", row)
            self.clerk.put(other, person, "unionid", row)

    def write(self, out: Path) -> None:
        """All files of the world; the folder may hold an older one."""
        out.mkdir(parents=True, exist_ok=True)
        ordered = sorted(self.records, key=lambda record: record.record_id)
        for source in SOURCES:
            rows = [
                record.values
                | {ID[source]: record.record_id, CREATED[source]: record.created.isoformat(" ")}
                for record in ordered
                if record.source == source
            ]
            _write(
                out / f"{source}.csv",
                COLUMNS[source],
                ([row.get(name, "") for name in COLUMNS[source]] for row in rows),
            )
        _write(
            out / "truth.csv",
            ("source", "source_record_id", "person_id"),
            ((r.source, r.record_id, r.person) for r in ordered),
        )
        traps = trap_pairs(Random(self.seed), self.records, self.groups, self.nameless)
        _write(out / "traps.csv", ("kind", *PAIR), ((kind, *_pair(a, b)) for kind, a, b in traps))
        _write(out / "do_not_link.csv", PAIR, (_pair(a, b) for a, b in self.do_not_link))
        _write(out / "always_link.csv", PAIR, (_pair(a, b) for a, b in self.always_link))
        (out / "mapping.yml").write_text(MAPPING, encoding="utf-8")
        counts: dict[str, int] = {}
        for kind, _, _ in traps:
            counts[kind] = counts.get(kind, 0) + 1
        known = facts(self.records) | {"seed": self.seed, "mix": self.mix.name, "traps": counts}
        (out / "facts.json").write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n")


def _pair(a: Record, b: Record) -> tuple[str, str, str, str]:
    return (a.source, a.record_id, b.source, b.record_id)


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def build(seed: int, mix: str = "balanced", records: int = SIZE) -> World:
    """A world in memory; nights go on from it."""
    rates = MIXES[mix]
    rng = Random(f"{seed}/{mix}/{records}")
    world = World(seed, rates, rng, Registry(rng, rates), Clerk(rng, rates))
    scale = records / SIZE * rates.traps
    while sum(person.records for person in world.people.values()) < records * 0.98:
        world.new_person()
    people = list(world.people.values())
    pool = Pool(rng, [p for p in people if p.chinese], [p for p in people if not p.chinese])
    world.groups = set_traps(pool, scale)
    made, world.do_not_link = lookalikes(pool, world.clerk, max(4, round(12 * scale)))
    world.nameless = nameless_in_household(rng, world.groups, world.people, scale)
    for record in (*made, *world.nameless):
        world.add(record)
    known = by_person(made)
    left = (
        records
        - len(world.records)
        - sum(p.records for p in world.people.values() if p.person_id not in known)
    )
    while left > 0:
        left -= world.new_person().records
    for person in world.people.values():
        if person.person_id not in known:
            world.write_person(person, person.records, [])
    busy = {person for group in world.groups for person in group.people} | set(known)
    desk = Desk(rng, world.records, busy)
    for trap in RECORD_TRAPS:
        world.groups += trap(desk, scale)
    world.always_link = _unreachable(world, busy)
    return world


def _unreachable(world: World, busy: set[int]) -> list[tuple[Record, Record]]:
    """Pairs of one person that only a steward can know of."""
    shared = shared_between_people(world.records)
    pairs: list[tuple[Record, Record]] = []
    for person, own in by_person(world.records).items():
        groups = parts(own, shared)
        if len(groups) > 1 and person not in busy and len(pairs) < ALWAYS:
            pairs.append((groups[0][0], groups[1][0]))
    return pairs


def generate(out: Path, seed: int, mix: str = "balanced", records: int = SIZE) -> None:
    """Write a world: three CSVs, mapping, truth, traps, steward's lists and facts."""
    build(seed, mix, records).write(out)
