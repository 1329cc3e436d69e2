"""The records of a person in the three sources: which fields they fill, and how well."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from benchmarks.identity_world import messy
from benchmarks.identity_world.chinese import CHARACTERS, NICKNAMES
from benchmarks.identity_world.mixes import Mix
from benchmarks.identity_world.people import Person, febrl_address, valid_date
from benchmarks.identity_world.sources import FIELDS, PRESENCE

_START = datetime.fromisoformat("2016-01-01T00:00:00")


def moment(rng: Random) -> datetime:
    """Some second of the years 2016 to 2025."""
    return _START + timedelta(seconds=rng.randrange(86_400 * 3_400))


@dataclass
class Record:
    """One line of a source; `seen` are the true values a perfect reader would take from it."""

    source: str
    person: int
    created: datetime
    values: dict[str, str] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)
    record_id: str = ""

    def see(self, kind: str, value: str) -> None:
        """Note a value that can be read exactly."""
        self.seen.setdefault(kind, []).append(value)

    def one(self, kind: str) -> str:
        """The first seen value of a kind, or nothing."""
        return self.seen.get(kind, [""])[0]


class Clerk:
    """Writes records: draws what is filled in, in which writing, with which slips."""

    def __init__(self, rng: Random, mix: Mix) -> None:
        self.rng, self.mix = rng, mix

    def record(self, person: Person, source: str, first: bool = False) -> Record:
        """A record of the person; `first` honours what a trap asks of the first one."""
        record = Record(source, person.person_id, moment(self.rng))
        must = person.always | (person.first if first else frozenset())
        if source == "social":
            self._accounts(record, person)
        row = self._febrl_row(person)
        for name in FIELDS[source]:
            share = PRESENCE[source].get(name) or (
                self.mix.social_name + self.mix.social_nickname_as_name
            )
            share *= self.mix.presence if name != "name" else 1
            if name in must or (name not in person.never and self.rng.random() < share):
                self.put(record, person, name, row)
        return record

    def _febrl_row(self, person: Person) -> dict[str, str]:
        if not person.febrl:
            return {}
        messy_row = not person.clean and self.rng.random() < self.mix.febrl_duplicate
        return self.rng.choice(person.febrl[1:] or person.febrl) if messy_row else person.febrl[0]

    def _slips(self, person: Person, share: float) -> bool:
        return not person.clean and self.rng.random() < share

    def put(self, record: Record, person: Person, name: str, row: dict[str, str]) -> None:
        """Fill one field of the record from the person."""
        getattr(self, f"_{name}")(record, person, row)

    def _accounts(self, record: Record, person: Person) -> None:
        wechat = self.rng.random() < 0.68
        record.values |= {
            "platform": "wechat" if wechat else "weibo",
            "nickname": self._nickname(person),
        }
        if wechat:
            openid = self.rng.choice(person.openids)
            record.values["openid"] = openid
            record.see("openid", openid)
            if self.rng.random() < 0.8 * self.mix.presence:
                self._unionid(record, person, {})
        else:
            record.values["weibo_uid"] = person.weibo_uid
            record.see("weibo_uid", person.weibo_uid)

    def _nickname(self, person: Person) -> str:
        chance = self.rng.random()
        if chance < 0.5:
            return person.nickname
        return "微信用户" if chance < 0.65 else self.rng.choice(NICKNAMES)

    def _unionid(self, record: Record, person: Person, row: dict[str, str]) -> None:
        record.values["unionid"] = person.unionid
        record.see("unionid", person.unionid)

    def _name(self, record: Record, person: Person, row: dict[str, str]) -> None:
        column = "real_name" if record.source == "social" else "name"
        rng, mix = self.rng, self.mix
        if record.source == "social" and rng.random() < mix.social_nickname_as_name / (
            mix.social_nickname_as_name + mix.social_name
        ):
            record.values[column] = self._nickname(person)
            return
        short = self._slips(person, mix.surname_only)
        if person.chinese:
            if short:
                record.values[column] = person.family + rng.choice(("先生", "女士", "小姐"))
                return
            text = messy.chinese_name(rng, person.chinese, person.han_only)
            if self._slips(person, mix.name_typo):
                given = person.given[:-1] + rng.choice(CHARACTERS)[0]
                record.values[column] = person.family + given
                return
            key = person.name_key
        else:
            given, family = row["given_name"], row["surname"]
            if short and given:
                record.values[column] = f"{given[0]}. {family}".title()
                return
            if self._slips(person, mix.name_typo):
                given = messy.slip(rng, given)
            text = messy.western_name(rng, given, family)
            key = " ".join(sorted(f"{given} {family}".lower().split()))
        record.values[column] = text
        record.see("name", key)

    def _phone(self, record: Record, person: Person, row: dict[str, str]) -> None:
        number = self.rng.choices(person.phones, [4, 1][: len(person.phones)])[0]
        if self._slips(person, self.mix.phone_typo):
            number = messy.wrong_digit(self.rng, number)
        column = "mobile" if record.source == "crm" and self.rng.random() < 0.8 else "phone"
        record.values[column] = messy.phone(self.rng, number)
        record.see("phone", number)

    def _landline(self, record: Record, person: Person, row: dict[str, str]) -> None:
        if person.landline and not record.values.get("phone"):
            record.values["phone"] = messy.phone(self.rng, person.landline)
            record.see("phone", person.landline)

    def _email(self, record: Record, person: Person, row: dict[str, str]) -> None:
        address = self.rng.choices(person.emails, [4, 1][: len(person.emails)])[0]
        if self._slips(person, self.mix.email_typo):
            local, host = address.split("@")
            address = f"{messy.slip(self.rng, local)}@{host}"
        record.values["email"] = messy.email(self.rng, address)
        record.see("email", messy.email_key(address))

    def _birth_date(self, record: Record, person: Person, row: dict[str, str]) -> None:
        day = person.birth
        if row and not person.clean:
            day = valid_date(row["date_of_birth"]) or day
        if self._slips(person, self.mix.birth_typo):
            day = messy.wrong_date(self.rng, day)
        record.values["birth_date"] = messy.birth_date(self.rng, day, not person.chinese)
        record.see("birth_date", day.isoformat())

    def _address(self, record: Record, person: Person, row: dict[str, str]) -> None:
        rng = self.rng
        address = rng.choices(person.addresses, [3, 1][: len(person.addresses)])[0]
        if row and address == person.addresses[0] and not person.clean:
            address = febrl_address(row)
        partial = self._slips(person, self.mix.partial_address)
        if record.source == "crm":
            line = messy.street(rng, address, partial)
            record.values |= {
                "province": address.region,
                "city": address.city,
                "address": line,
                "postcode": address.postcode,
            }
        else:
            line = messy.whole_address(rng, address, partial)
            record.values["address"] = line
        record.see("city", address.city.lower())
        if self._slips(person, self.mix.address_typo):
            record.values["address"] = messy.slip(rng, line)
        elif not partial and address.number and address.street:
            record.see("address", address.key)

    def _city(self, record: Record, person: Person, row: dict[str, str]) -> None:
        record.values["city"] = person.addresses[0].city
        record.see("city", person.addresses[0].city.lower())

    def _number(self, record: Record, person: Person, row: dict[str, str]) -> None:
        column = "shop_customer_number" if record.source == "crm" else "customer_number"
        record.values[column] = person.customer_number
        record.see("shop_customer_id", person.customer_number)

    def _device_id(self, record: Record, person: Person, row: dict[str, str]) -> None:
        record.values["device_id"] = person.devices[0]
        record.see("device_id", person.devices[0])
