"""The people that traps are set for, and how traps bend them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from benchmarks.identity_world.chinese import draw_given, name_of
from benchmarks.identity_world.people import Person

FILLER_DATES = (date(1900, 1, 1), date(1970, 1, 1))


@dataclass(frozen=True)
class Group:
    """People of a trap and the kinds of value that make a pair of their records a trap.

    A kind such as `name+address` asks for both values in both records.
    """

    kind: str
    people: tuple[int, ...]
    shares: tuple[str, ...]


@dataclass
class Pool:
    """People not yet in a trap, so that no two traps meet in one person."""

    rng: Random
    chinese: list[Person]
    western: list[Person]

    def take(self, count: int, western: bool | None = None) -> list[Person]:
        """The next people of one sort whose names no slip confuses, with one to four records."""
        if western is None:
            western = self.rng.random() < 0.5
        people = self.western if western else self.chinese
        taken: list[Person] = []
        while len(taken) < count:
            fits = (
                place
                for place in range(len(people) - 1, -1, -1)
                if all(_apart(people[place], other) for other in taken)
            )
            place = next(fits, None)
            if place is None:
                raise ValueError("too few people for the traps: ask for more records")
            taken.append(people.pop(place))
            taken[-1].records = min(taken[-1].records, 4)
        return taken


def _apart(one: Person, other: Person) -> bool:
    """Whether the given names differ by more than a slip of the finger."""
    a, b = one.name_key, other.name_key
    if one.chinese and other.chinese:
        return one.chinese.given_readings != other.chinese.given_readings
    given = difflib.SequenceMatcher(None, one.given, other.given).ratio()
    return a != b and given < 0.6 and one.given[0] != other.given[0]


def rename(person: Person, family: str, given: str) -> None:
    person.family, person.given = family, given
    if person.chinese:
        person.chinese = name_of(family, given)
    person.febrl = [dict(row, surname=family) for row in person.febrl]


def move_in(person: Person, host: Person) -> None:
    """The person lives where the host lives; FEBRL rows follow."""
    home = host.addresses[0]
    person.addresses = [home]
    host.addresses = [home]
    for row in (*person.febrl, *host.febrl):
        row |= {
            "state": home.region,
            "suburb": home.city,
            "address_1": home.street,
            "street_number": home.number,
            "postcode": home.postcode,
        }


def family(pool: Pool, count: int) -> list[Person]:
    """People under one roof; the second is the partner, the rest carry the first one's surname."""
    people = pool.take(count)
    host = people[0]
    for place, person in enumerate(people[1:], 1):
        move_in(person, host)
        if not host.chinese or place > 1:
            rename(person, host.family, person.given)
            while host.chinese and not all(_apart(person, other) for other in people[:place]):
                rename(person, host.family, draw_given(pool.rng))
    return people


def ids_of(people: Iterable[Person]) -> tuple[int, ...]:
    return tuple(person.person_id for person in people)


def as_namesake(person: Person, host: Person) -> None:
    """The person gets the host's name, address and phone."""
    move_in(person, host)
    person.given = host.given
    person.febrl = [dict(row, given_name=host.given) for row in person.febrl]
    rename(person, host.family, host.given)
    person.phones = host.phones = host.phones[:1]
