"""Sense of people's records: an address is of one person, and an account as old as it was."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.engine.day import Day
from expectations.engine.rules import Relation, Rule, Severity, no_rows
from expectations.learned.past import Past
from expectations.sense.parts import changed_since, compares

ENOUGH_RECORDS = 100

MOST = 0.1
"""Share of the records that may have one and the same phone number or e-mail address."""


@dataclass(frozen=True)
class People:
    """A staging table of people: its key, when a version is of, and its columns of addresses."""

    key: str
    version_at: str
    addresses: tuple[str, ...]


CUSTOMERS = People("shop_customer_id", "updated_at", ("mobile", "email"))
CONTACTS = People("contact_id", "modified_at", ("mobile", "phone", "email"))
MEMBERS = People("member_id", "updated_at", ("mobile", "email"))


def addresses(relation: Relation, people: People, past: Past) -> list[Rule]:
    """The rules about the addresses of one table of people."""
    found = [_not_one_for_many(relation, people)]
    columns = (people.key, people.version_at, *people.addresses)
    if compares(past, relation, *columns):
        found.append(_no_more_alike(relation, people, past))
    return found


def _newest(relation: Relation, people: People) -> str:
    columns = ", ".join(
        f"arg_max(lower(trim({column})), {people.version_at}) as {column}"
        for column in people.addresses
    )
    return (
        f"(select {people.key}, max({people.version_at}) as version_at, {columns}"
        f" from {relation.sql} group by {people.key})"
    )


def _most(relation: Relation, people: People) -> str:
    """One row per column: its records, and how many have its most frequent value."""
    newest = _newest(relation, people)
    return " union all ".join(
        f"select '{column}' as address, sum(alike) as record_count, max(alike) as most from"
        f" (select count(*) as alike from {newest} where {column} is not null group by {column})"
        for column in people.addresses
    )


def _said(most: str, failed: str) -> str:
    return (
        "select format('{:,} of the {:,} records with a value in {} have the same one', most,"
        f" record_count, address) from ({most}) where {failed}"
    )


def _not_one_for_many(relation: Relation, people: People) -> Rule:
    most = _most(relation, people)
    failed = f"record_count >= {ENOUGH_RECORDS} and most > {MOST!r} * record_count"
    return Rule(
        name="addresses_not_of_many",
        sentence=f"no phone number or e-mail address is that of {MOST:.0%} of the records",
        action="Ask the source for its placeholder (占位号码); identity must not join by it",
        check=no_rows(f"select 1 from ({most}) where {failed}"),
        severity=Severity.WARN,
        reason="staff who must fill a field type one number for everybody, in some shops rightly",
        finding=_said(most, failed),
        can_be_accepted=True,
    )


def _no_more_alike(relation: Relation, people: People, past: Past) -> Rule:
    now, before = _most(relation, people), _most(past.of(relation), people)
    both = (
        "select now.address, now.most, now.record_count, before.most / before.record_count"
        f" as share_before from ({now}) as now inner join ({before}) as before using (address)"
        " where before.record_count > 0"
    )
    failed = f"record_count >= {ENOUGH_RECORDS} and most > (share_before + {MOST!r}) * record_count"
    return Rule(
        name="addresses_not_suddenly_alike",
        sentence="records do not suddenly have one and the same phone number or e-mail address",
        action="Look which value the source writes where it knows none (占位号码)",
        check=no_rows(f"select 1 from ({both}) where {failed}"),
        finding=_said(both, failed),
        can_be_accepted=True,
    )


def registered_stays(relation: Relation, past: Past) -> list[Rule]:
    """When somebody opened an account does not change."""
    if not compares(past, relation, "shop_customer_id", "registered_at"):
        return []

    def registered(table: Relation) -> str:
        return (
            "(select shop_customer_id, min(registered_at) as registered_at"
            f" from {table.sql} group by shop_customer_id)"
        )

    return [
        changed_since(
            "registered_stays",
            "accounts were opened when the last good build says that they were",
            "Look at registered_at in the source: accounts may be younger than their orders now",
            compared=(
                "(select now.registered_at as registered_now,"
                " before.registered_at as registered_before"
                f" from {registered(relation)} as now"
                f" inner join {registered(past.of(relation))} as before using (shop_customer_id))"
            ),
            changed="abs(epoch(registered_now) - epoch(registered_before)) > 86400",
            limit=0.01,
            what="accounts",
        )
    ]


def customers(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Accounts of the shop."""
    return [*addresses(relation, CUSTOMERS, past), *registered_stays(relation, past)]


def contacts(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Contacts of a CRM."""
    return addresses(relation, CONTACTS, past)


def members(relation: Relation, day: Day, past: Past) -> list[Rule]:
    """Members of the loyalty programme."""
    return addresses(relation, MEMBERS, past)
