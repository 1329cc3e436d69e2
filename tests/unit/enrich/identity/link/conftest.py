"""Small cases told as data: who the records are, and which of them must be one customer.

A whole resolution costs the same for ten records as for a thousand, so all cases of a module live
in one town; a test sees to it that no link leads from one case to another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from tests.unit.enrich.identity.conftest import Vault

SHOP, MEMBER, CONTACT = "orders.customers", "loyalty.members", "crm_zoho.contacts"
LEAD, PROFILE = "crm_zoho.leads", "social.profiles"


@dataclass
class Row:
    """A record: its letter within the case, its columns, and where it is from."""

    letter: str
    values: dict[str, str]
    source: str = CONTACT
    linkable: bool = True


def row(letter: str, source: str = CONTACT, linkable: bool = True, **values: str) -> Row:
    return Row(letter, values, source, linkable)


@dataclass
class Case:
    """Records, the customers they must be ("a b" is one), and links that must be there.

    A link is "a b rule", followed by the reason if it was refused.
    """

    customers: tuple[str, ...]
    rows: tuple[Row, ...]
    links: tuple[str, ...] = ()
    decisions: tuple[str, ...] = field(default=())


def case(
    customers: str, *rows: Row, links: tuple[str, ...] = (), decisions: tuple[str, ...] = ()
) -> Case:
    """Customers are parted by a stroke: "a b | c"."""
    parts = sorted(" ".join(sorted(part.split())) for part in customers.split("|"))
    return Case(tuple(parts), rows, links, decisions)


class Town:
    """All cases of a module, resolved at once."""

    def __init__(self, cases: dict[str, Case]) -> None:
        self.vault = Vault()
        for title, told in cases.items():
            sources = {person.letter: person.source for person in told.rows}
            for place, person in enumerate(told.rows):
                seen = (date(2016, 1, 1) + timedelta(days=place)).isoformat()
                self.vault.record(
                    person.source,
                    f"{title}/{person.letter}",
                    seen,
                    person.linkable,
                    **person.values,
                )
            for decision in told.decisions:
                what, one, other = decision.split()
                self.vault.decide(
                    what, (sources[one], f"{title}/{one}"), (sources[other], f"{title}/{other}")
                )
        self.vault.resolve()
        self.keys = self.vault.keys()
        self.ends: list[tuple[str, str]] = []
        self.links: dict[str, set[str]] = {}
        for one, other, rule, reason in self.vault.rows(
            "links", "source_record_id_a", "source_record_id_b", "rule", "reason"
        ):
            (title, a), (title_b, b) = one.split("/"), other.split("/")
            self.ends.append((title, title_b))
            said = f"{a} {b} {rule}" + (f" {reason}" if reason else "")
            self.links.setdefault(title, set()).add(said)

    def customers(self, title: str) -> tuple[str, ...]:
        members: dict[str, list[str]] = {}
        for record, key in self.keys.items():
            owner, letter = record.split("/")
            if owner == title:
                members.setdefault(key, []).append(letter)
        return tuple(sorted(" ".join(sorted(letters)) for letters in members.values()))


@pytest.fixture(scope="module")
def town(request: pytest.FixtureRequest) -> Iterator[Town]:
    made = Town(request.module.CASES)
    yield made
    made.vault.con.close()


def hold(town: Town, title: str, told: Case) -> None:
    """The case is as told."""
    assert town.customers(title) == told.customers
    assert set(told.links) <= town.links.get(title, set()), town.links.get(title)
