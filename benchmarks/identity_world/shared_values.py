"""Traps set on written records: hubs, role addresses, fillers, nameless profiles of households."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.identity_world import messy
from benchmarks.identity_world.people import Person
from benchmarks.identity_world.pool import FILLER_DATES, Group
from benchmarks.identity_world.records import Record, moment

FILLER_PHONES = (
    "13800138000",
    "11111111111",
    "00000000000",
    "12345678901",
    "13888888888",
    "13000000000",
    "99999999999",
    "0",
)
FILLER_EMAILS = (
    "test@test.com",
    "noemail@example.com",
    "none@none.com",
    "n/a",
    "a@a.com",
    "no@email.com",
)
FILLER_NAMES = ("测试", "无", "匿名", "test", "unknown", "Customer", "微信用户", "N/A", "先生")
ROLES = ("info", "sales", "service", "office", "admin", "reception")


class Desk:
    """The written records, each handed out once, so that no two shared values meet in one."""

    def __init__(self, rng: Random, records: list[Record], busy: set[int]) -> None:
        self.rng = rng
        self.free = [record for record in records if record.person not in busy]
        rng.shuffle(self.free)

    def take(self, count: int, source: str, named: bool = True) -> list[Record]:
        """Records of different people from one source."""
        taken: dict[int, Record] = {}
        kept = []
        for record in self.free:
            fits = record.source == source and (not named or "name" in record.seen)
            if len(taken) < count and fits and record.person not in taken:
                taken[record.person] = record
            else:
                kept.append(record)
        self.free = kept
        return list(taken.values())


def _group(kind: str, records: list[Record], shares: str) -> Group:
    return Group(kind, tuple(record.person for record in records), (shares,))


def _phone(records: list[Record], texts: Callable[[], str], number: str) -> None:
    """Write the number where the record has room, else in place of the own one."""
    for record in records:
        taken = record.values.get("phone", "")
        record.values["phone"] = texts()
        if taken:  # what stood there is gone; a mobile number in its own column stays
            record.seen["phone"] = record.seen.get("phone", [])[: "mobile" in record.values]
        record.see("phone", number)


def hub_phone(desk: Desk, scale: float) -> list[Group]:
    """The number of a shop counter on the records of more than a hundred people."""
    groups = []
    for place in range(max(1, round(2 * scale))):
        number = f"+861365{desk.rng.randrange(10**7):07d}"
        records = desk.take(desk.rng.randrange(105, 140), ("crm", "order_customers")[place % 2])
        _phone(records, lambda n=number: messy.phone(desk.rng, n), number)  # type: ignore[misc]
        groups.append(_group("hub_phone", records, "phone"))
    return groups


def hub_email(desk: Desk, scale: float) -> list[Group]:
    """The mailbox of a shop."""
    groups = []
    for place in range(max(1, round(scale))):
        address = f"shop{desk.rng.randrange(900)}.{place}@example.com"
        records = desk.take(desk.rng.randrange(105, 140), "order_customers")
        _email(desk, records, address)
        groups.append(_group("hub_email", records, "email"))
    return groups


def _email(desk: Desk, records: list[Record], address: str) -> None:
    for record in records:
        record.values["email"] = messy.email(desk.rng, address)
        record.seen["email"] = [messy.email_key(address)]


def hub_address(desk: Desk, scale: float) -> list[Group]:
    """A pick-up point as the address of more than a hundred people."""
    records = desk.take(desk.rng.randrange(105, 140), "order_customers")
    number = desk.rng.randrange(1, 900)
    text = f"浙江省杭州市西湖区文三路{number}号1幢101室"
    for record in records:
        record.values["address"] = text
        record.seen |= {"address": [f"杭州市|文三路|{number}|1|101"], "city": ["杭州市"]}
    return [_group("hub_address", records, "address")]


def role_email(desk: Desk, scale: float) -> list[Group]:
    """info@ and its like, shared by the people of one firm."""
    groups = []
    for place in range(max(2, round(14 * scale))):
        records = desk.take(desk.rng.randrange(3, 8), "crm")
        _email(desk, records, f"{desk.rng.choice(ROLES)}@firm{place}.example.org")
        groups.append(_group("role_email", records, "email"))
    return groups


def filler_phone(desk: Desk, scale: float) -> list[Group]:
    """Numbers that people type to get past a form."""
    groups = []
    for text in FILLER_PHONES:
        records = desk.take(max(2, round(6 * scale)), desk.rng.choice(("crm", "order_customers")))
        _phone(records, lambda t=text: t, f"filler:{text}")  # type: ignore[misc]
        groups.append(_group("filler_phone", records, "phone"))
    return groups


def filler_email(desk: Desk, scale: float) -> list[Group]:
    """The same for e-mails."""
    groups = []
    for text in FILLER_EMAILS:
        records = desk.take(max(2, round(6 * scale)), desk.rng.choice(("crm", "order_customers")))
        for record in records:
            record.values["email"], record.seen["email"] = text, [f"filler:{text}"]
        groups.append(_group("filler_email", records, "email"))
    return groups


def filler_name(desk: Desk, scale: float) -> list[Group]:
    """Nobody's name, on records of people in one city or born on one filler date."""
    groups = []
    for text in FILLER_NAMES:
        records = desk.take(max(2, round(5 * scale)), "crm")
        for record in records:
            record.values |= {"name": text, "city": "杭州市", "province": "浙江省"}
            record.values["birth_date"] = FILLER_DATES[len(text) % 2].isoformat()
            record.seen |= {"name": [f"filler:{text}"], "birth_date": ["filler:date"]}
            record.seen["city"] = ["杭州市"]
            record.seen.pop("address", None)
        groups.append(_group("filler_name", records, "name+birth_date"))
    return groups


def nameless_in_household(
    rng: Random, groups: list[Group], people: dict[int, Person], scale: float
) -> list[Record]:
    """Profiles that only know the phone of a household of two; nobody can tell whose they are."""
    records = []
    homes = [group for group in groups if group.kind == "household_phone"]
    for group in homes[: max(2, round(40 * scale))]:
        owner = people[group.people[0]]
        record = Record("social", owner.person_id, moment(rng))
        openid = f"oC3z{rng.randrange(10**12):012d}"
        record.values = {
            "platform": "wechat",
            "openid": openid,
            "nickname": "微信用户",
            "phone": messy.phone(rng, owner.phones[0]),
        }
        record.see("openid", openid)
        record.see("phone", owner.phones[0])
        records.append(record)
    return records


RECORD_TRAPS: tuple[Callable[[Desk, float], list[Group]], ...] = (
    hub_phone,
    hub_email,
    hub_address,
    role_email,
    filler_phone,
    filler_email,
    filler_name,
)
