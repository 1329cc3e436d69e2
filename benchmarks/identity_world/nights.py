"""A second and a third night of a world: new, deleted and corrected records, new decisions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from benchmarks.identity_world import messy
from benchmarks.identity_world.evidence import by_person, evidence, parts, shared_between_people
from benchmarks.identity_world.records import Record
from benchmarks.identity_world.world import SIZE, World, build

NEW, DELETED, PHONES = 0.03, 0.005, 0.01
LINKING = 5
LATE = 2
"""Do-not-link pairs that the steward finds only in the second night, and again in the third."""


def write_nights(out: Path, seed: int, mix: str = "balanced", records: int = SIZE) -> None:
    """`night1`, `night2` and `night3` below the folder, each a whole world to evaluate."""
    world = build(seed, mix, records)
    late = [world.do_not_link.pop() for _ in range(2 * LATE)]
    world.write(out / "night1")
    for night in (2, 3):
        next_night(world)
        here = set(map(id, world.records))
        found, late = late[:LATE], late[LATE:]
        world.do_not_link += [pair for pair in found if id(pair[0]) in here and id(pair[1]) in here]
        world.write(out / f"night{night}")


def next_night(world: World) -> None:
    """Change the world by one night, in place."""
    rng, count = world.rng, len(world.records)
    _linking_records(world)
    ordinary = [p for p in world.people.values() if not (p.first or p.always)]
    written = by_person(world.records)
    while len(world.records) < count + count * NEW:
        if rng.random() < 0.5:
            person = rng.choice(ordinary)
            world.write_person(person, 1, written.get(person.person_id, []))
        else:
            world.write_person(world.new_person(), 1, [])
    for record in world.records[count:]:
        record.created += timedelta(days=3_500)
    _phones(world, rng.sample(world.records[:count], round(count * PHONES)))
    gone = {id(record) for record in rng.sample(world.records[:count], round(count * DELETED))}
    world.records = [record for record in world.records if id(record) not in gone]
    world.nameless = [record for record in world.nameless if id(record) not in gone]
    for pairs in (world.do_not_link, world.always_link):
        pairs[:] = [pair for pair in pairs if id(pair[0]) not in gone and id(pair[1]) not in gone]


def _linking_records(world: World) -> None:
    """New contacts that rightly join what was two customers for want of common evidence."""
    shared = shared_between_people(world.records)
    made = 0
    for person_id, own in by_person(world.records).items():
        person = world.people[person_id]
        groups = parts(own, shared)
        if made == LINKING or len(groups) < 2 or person.first or person.always:
            continue
        record = world.clerk.record(person, "crm")
        for group in groups[:2]:
            items = dict(item for other in group for item in evidence(other) if item not in shared)
            if "phone" in items:
                column = "phone" if "mobile" in record.values else "mobile"
                record.values[column] = messy.phone(world.rng, items["phone"])
                record.see("phone", items["phone"])
            elif "unionid" in items:
                record.values["unionid"] = items["unionid"]
                record.see("unionid", items["unionid"])
        if (
            len(
                {
                    id(group)
                    for group in groups
                    for other in group
                    if set(evidence(other)) & set(evidence(record))
                }
            )
            > 1
        ):
            world.add(record)
            made += 1


def _phones(world: World, records: list[Record]) -> None:
    """A phone cleared, or corrected to another number of its person."""
    for record in records:
        person = world.people[record.person]
        if person.first or person.always or "phone" not in record.seen:
            continue
        for column in ("mobile", "phone"):
            record.values.pop(column, None)
        del record.seen["phone"]
        if world.rng.random() < 0.5:
            record.values["phone"] = messy.phone(world.rng, person.phones[-1])
            record.see("phone", person.phones[-1])
