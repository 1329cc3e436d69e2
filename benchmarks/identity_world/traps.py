"""Traps between people, set before their records are written.

Each function bends two or more people of the world so that a naive matcher joins them, and returns
what they share. Which records carry what is shared is only known later, see `evidence.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from benchmarks.identity_world.chinese import CITIES, COMMON, draw_given, one_apart, sound_alike
from benchmarks.identity_world.pool import (
    FILLER_DATES,
    Group,
    Pool,
    family,
    ids_of,
    move_in,
    rename,
)


def household_phone(pool: Pool) -> Group:
    """A couple, or parents and child, with one phone and one address."""
    people = family(pool, pool.rng.choice((2, 2, 3)))
    for person in people:
        own = [] if pool.rng.random() < 0.5 else person.phones[:1]
        person.phones = [people[0].phones[0], *(own if person is not people[0] else [])]
        person.first = frozenset({"name", "phone"})
        person.common = frozenset(people[0].phones[:1])
    return Group("household_phone", ids_of(people), ("phone",))


def shared_device(pool: Pool) -> Group:
    """Two people, one tablet; now and then the tablet of a shop with a dozen."""
    people = pool.take(12 if pool.rng.random() < 0.1 else 2)
    for person in people:
        person.devices = people[0].devices
        person.common = frozenset(person.devices)
        person.first = frozenset({"device_id"})
    return Group("shared_device", ids_of(people), ("device_id",))


def recycled_number(pool: Pool) -> Group:
    """A mobile number that went from one person to a stranger."""
    old, new = pool.take(2)
    old.phones = [old.phones[0], new.phones[0]]
    new.phones = [old.phones[0]]
    for person in (old, new):
        person.first = frozenset({"name", "phone"})
        person.common = frozenset(new.phones)
    return Group("recycled_number", ids_of((old, new)), ("phone",))


def twins(pool: Pool) -> Group:
    """One birth date, address and phone; given names one character apart, or one sound apart."""
    one, other = pool.take(2, western=pool.rng.random() < 0.2)
    move_in(other, one)
    other.birth, other.phones = one.birth, one.phones = one.birth, one.phones[:1]
    kind, given = "twins", other.given
    if one.chinese and pool.rng.random() < 0.4:
        kind = "twins_same_sound"
        one.han_only = other.han_only = True
        while not (given := sound_alike(pool.rng, one.given)):
            rename(one, one.family, draw_given(pool.rng))
    elif one.chinese:
        given = one_apart(pool.rng, one.given)
    rename(other, one.family, given)
    for person in (one, other):
        person.clean = True
        person.always = frozenset({"name"})
        person.first = frozenset({"name", "phone"})
    return Group(kind, ids_of((one, other)), ("phone", "birth_date+address"))


def father_and_son(pool: Pool) -> Group:
    """The same full name at the same address; the birth years are a generation apart."""
    father, son = pool.take(2, western=True)
    move_in(son, father)
    son.given, son.family = father.given, father.family
    son.febrl = [dict(son.febrl[0], given_name=father.given, surname=father.family)]
    father.birth = father.birth.replace(
        year=1935 + pool.rng.randrange(25), day=min(father.birth.day, 28)
    )
    son.birth = father.birth.replace(year=father.birth.year + pool.rng.randrange(18, 40))
    if pool.rng.random() < 0.4:
        son.phones = father.phones = father.phones[:1]
    for person in (father, son):
        person.clean = True
        person.always = frozenset({"name", "birth_date", "email"})
        person.first = frozenset({"address", "birth_date"})
        person.emails = person.emails[:1]
    return Group(
        "father_and_son", ids_of((father, son)), ("name+address", "name+phone", "name+city")
    )


def couple_email(pool: Pool) -> Group:
    """A couple that reads its mail together."""
    people = family(pool, 2)
    for person in people:
        person.emails = people[0].emails[:1]
        person.first = frozenset({"name", "email"})
    return Group("couple_email", ids_of(people), ("email",))


def common_name(pool: Pool) -> Group:
    """Strangers of one common name in one city."""
    people = pool.take(pool.rng.choice((2, 3, 4)), western=False)
    name, home = pool.rng.choice(COMMON), people[0].addresses[0]
    for person in people:
        rename(person, name[0], name[1:])
        person.addresses = [
            replace(
                person.addresses[0],
                region=home.region,
                city=home.city,
                district=home.district,
                postcode=home.postcode,
            )
        ]
        person.first = frozenset({"name", "address", "phone"})
    return Group("common_name", ids_of(people), ("name+city",))


def same_name_and_birth_date(pool: Pool) -> Group:
    """Rare: strangers of a common name born on one day, in two cities."""
    one, other = pool.take(2, western=False)
    name = pool.rng.choice(COMMON)
    for person in (one, other):
        rename(person, name[0], name[1:])
        person.birth, person.clean = one.birth, True
        person.first = frozenset({"name", "birth_date", "address", "phone"})
    if one.addresses[0].city == other.addresses[0].city:
        place = next(city for city in CITIES if city[1] != one.addresses[0].city)
        other.addresses = [
            replace(
                other.addresses[0],
                region=place[0],
                city=place[1],
                postcode=place[3],
                district=place[2].split()[0],
            )
        ]
    return Group("same_name_and_birth_date", ids_of((one, other)), ("name+birth_date",))


def filler_birth_date(pool: Pool) -> Group:
    """Strangers of one common name whose birth dates somebody filled in alike."""
    people = pool.take(3, western=False)
    name = pool.rng.choice(COMMON)
    for person in people:
        rename(person, name[0], name[1:])
        person.birth, person.clean = FILLER_DATES[len(pool.chinese) % 2], True
        person.first = frozenset({"name", "birth_date", "phone"})
    return Group("filler_birth_date", ids_of(people), ("name+birth_date",))


PEOPLE_TRAPS: tuple[tuple[Callable[[Pool], Group], int], ...] = (
    (household_phone, 110),
    (shared_device, 50),
    (recycled_number, 55),
    (twins, 65),
    (father_and_son, 36),
    (couple_email, 45),
    (common_name, 30),
    (same_name_and_birth_date, 5),
    (filler_birth_date, 4),
)
"""Every trap and how often it is set in a world of 16,000 records."""


def set_traps(pool: Pool, scale: float) -> list[Group]:
    """Set all of them, each at least twice."""
    return [trap(pool) for trap, count in PEOPLE_TRAPS for _ in range(max(2, round(count * scale)))]
