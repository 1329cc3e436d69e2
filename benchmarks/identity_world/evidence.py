"""What joins or seems to join records: true evidence (for the facts) and the pairs of the traps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from random import Random

from benchmarks.identity_world.pool import FILLER_DATES, Group
from benchmarks.identity_world.records import Record

IDENTIFIERS = (
    "phone",
    "email",
    "unionid",
    "openid",
    "weibo_uid",
    "device_id",
    "shop_customer_id",
)
COMPOSITES = ("name+birth_date", "name+address")
PAIRS_OF_A_GROUP = 60
PAIRS_OF_A_HUB = 200
_FILLERS = {day.isoformat() for day in FILLER_DATES}


def values(record: Record, kind: str) -> Iterator[str]:
    """What the record says of `phone`, or of `name+address` together."""
    first, _, second = kind.partition("+")
    for value in record.seen.get(first, ()):
        if not second:
            yield value
        for other in record.seen.get(second, ()) if second else ():
            yield f"{value}+{other}"


def evidence(record: Record) -> Iterator[tuple[str, str]]:
    """The values that really tell of the person; fillers do not."""
    for kind in (*IDENTIFIERS, *COMPOSITES):
        for value in values(record, kind):
            if "filler:" not in value and value.rpartition("+")[2] not in _FILLERS:
                yield kind, value


def shared_between_people(records: Iterable[Record]) -> set[tuple[str, str]]:
    """Evidence that more than one person gives."""
    owner: dict[tuple[str, str], int] = {}
    shared = set()
    for record in records:
        for item in evidence(record):
            if owner.setdefault(item, record.person) != record.person:
                shared.add(item)
    return shared


def parts(records: list[Record], shared: set[tuple[str, str]], but: str = "") -> list[list[Record]]:
    """The records of one person, grouped by what joins them directly or through others.

    A value that other people give too joins only where the name agrees.
    """
    groups: list[tuple[set[tuple[str, str]], list[Record]]] = []
    for record in records:
        own = {
            (kind, f"{value}/{record.one('name')}" if (kind, value) in shared else value)
            for kind, value in evidence(record)
            if kind != but and ((kind, value) not in shared or "name" in record.seen)
        }
        members = [record]
        apart = []
        for items, others in groups:
            if items & own:
                own |= items
                members = others + members
            else:
                apart.append((items, others))
        groups = [*apart, (own, members)]
    return [members for _, members in groups]


def _pairs(groups: list[list[Record]]) -> int:
    return sum(len(group) * (len(group) - 1) // 2 for group in groups)


def by_person(records: Iterable[Record]) -> dict[int, list[Record]]:
    """The records of each person."""
    people: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        people[record.person].append(record)
    return people


def facts(records: list[Record]) -> dict[str, object]:
    """How much a perfect but exact reader could find."""
    shared = shared_between_people(records)
    pairs = reachable = 0
    without_device = 0
    for own in by_person(records).values():
        pairs += len(own) * (len(own) - 1) // 2
        reachable += _pairs(parts(own, shared))
        without_device += _pairs(parts(own, shared, but="device_id"))
    return {
        "records": len(records),
        "people": len({record.person for record in records}),
        "true_pairs": pairs,
        "reachable_pairs": reachable,
        "reachable_share": round(reachable / max(pairs, 1), 4),
        "reachable_share_without_device": round(without_device / max(pairs, 1), 4),
    }


def trap_pairs(
    rng: Random, records: list[Record], groups: list[Group], nameless: list[Record]
) -> list[tuple[str, Record, Record]]:
    """Record pairs of different people that share what their trap is about; each pair once."""
    people = by_person(records)
    known: set[tuple[str, str]] = set()
    homes = {
        person: group
        for group in groups
        if group.kind == "household_phone"
        for person in group.people
    }
    made: list[tuple[str, Record, Record]] = []
    for record in nameless:
        others = [
            other
            for person in homes[record.person].people
            if person != record.person
            for other in people[person]
        ]
        made += [
            ("nameless_in_household", record, other)
            for other in others
            if set(values(record, "phone")) & set(values(other, "phone"))
        ]
    for group in groups:
        holders: dict[str, list[Record]] = defaultdict(list)
        for person in group.people:
            for record in people[person]:
                for kind in group.shares:
                    for value in values(record, kind):
                        holders[f"{kind}={value}"].append(record)
        pairs = [
            (group.kind, a, b)
            for held in holders.values()
            for a, b in combinations(held, 2)
            if a.person != b.person
        ]
        most = PAIRS_OF_A_HUB if len(group.people) > 100 else PAIRS_OF_A_GROUP
        made += rng.sample(pairs, most) if len(pairs) > most else pairs
    unique = []
    for kind, a, b in made:
        ids = (min(a.record_id, b.record_id), max(a.record_id, b.record_id))
        if ids not in known:
            known.add(ids)
            unique.append((kind, a, b))
    return unique
