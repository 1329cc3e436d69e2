"""One consent that is given or withdrawn changes that person's rows, in every contact output.

And nobody else's, in no published table. What a contact output is, the catalogue says: a table that
is for marketing only, has a column for marketing, or says whether somebody may be written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from assets.warehouse.project import read_manifest
from benchmarks.gate_score.changes import Changes
from benchmarks.gate_score.world import make_company
from tests.integration.consent_nights import (
    FIRST,
    Company,
    Event,
    first_night,
    lists,
    night_with,
    published_tables_of,
)

HOUSEHOLDS = 150
SAYS_SO = ("is_contactable", "is_outreach", "is_marketing_consented")

RECORDS = {"bridge_customer_consents", "fct_consents"}
"""The consent itself, which stays on record with its channel."""

FOLLOWS = {"churn_risk"}
"""Who may not be written to is no candidate for a win-back."""

COUNTED = {"row_accounting"}
"""Not of one person: how many consent events there are."""


Lists = dict[str, list[bytes]]


@dataclass(frozen=True)
class Flip:
    """A night with one event more, and of whom it is.

    Attributes:
        night: Its name.
        customer_key: Of the person.
        channel: The event's.
        lists: The lines of each audience's list, by channel; before it, and after.
        con: Its build, with the first night's warehouse as `before`.
    """

    night: str
    customer_key: str
    channel: str
    lists: tuple[Lists, Lists]
    con: duckdb.DuckDBPyConnection

    def rows(self, world: str, table: str) -> list[dict[str, Any]]:
        """The person's rows of a table."""
        found = self.con.execute(
            f"select * from {world}.{table} where customer_key = ?", [self.customer_key]
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("consents")
    make_company(folder / "data", HOUSEHOLDS)
    (folder / "home").mkdir(mode=0o700)
    return first_night(folder / "data", folder / "home")


@pytest.fixture(scope="module")
def first_lists(company: Company) -> Lists:
    return lists(company, FIRST)


WITHDRAWS = """
    select events.subject_type, events.subject_value, consents.channel_id, actions.customer_key
    from warehouse.core.bridge_customer_consents as consents
    inner join warehouse.marts.next_best_action as actions
        on consents.customer_key = actions.customer_key and consents.channel_id = actions.channel_id
    inner join vault.identity.references_map as subjects
        on consents.customer_key = subjects.customer_key
    inner join vault.staging.stg_consent__consent_events as events
        on subjects.source = 'consent.consent_events'
        and subjects.source_record_id = events.event_id
        and events.purpose = 'marketing'
        and events.channel_id = consents.channel_id
    where
        consents.purpose = 'marketing'
        and consents.customer_key in (select customer_key from warehouse.marts.care_calendar)
        and consents.customer_key in (select customer_key from warehouse.marts.recommendations)
        and consents.customer_key in (
            select customer_key from warehouse.core.bridge_customer_consents
            where purpose = 'marketing'
            group by customer_key
            having count(*) = 1
        )
    order by all
    limit 1
"""
"""Consented to one channel alone, is to be written to there, and is offered and greeted."""

GRANTS = """
    select 'customer_id', identifiers.identifier_value, 'email', actions.customer_key
    from warehouse.marts.next_best_action as actions
    inner join vault.identity.customers_map as records
        on actions.customer_key = records.customer_key and records.is_current
    inner join vault.identity.identifiers as identifiers
        on records.source = identifiers.source
        and records.source_record_id = identifiers.source_record_id
        and identifiers.identifier_type = 'shop_customer_id'
    inner join vault.vault.customer_pii as pii on actions.customer_key = pii.customer_key
    where
        actions.action = 'ask_consent'
        and pii.email is not null
        and actions.customer_key in (select customer_key from warehouse.marts.recommendations)
    order by all
    limit 1
"""
"""Never said anything about marketing, and has an e-mail."""


@pytest.fixture(scope="module", params=["withdrawn", "granted"])
def flip(company: Company, first_lists: Lists, request: pytest.FixtureRequest) -> Iterator[Flip]:
    state = request.param
    with company.opened(FIRST) as con:
        [(kind, value, channel, customer_key)] = con.execute(
            WITHDRAWS if state == "withdrawn" else GRANTS
        ).fetchall()
    night_with(company, state, Event(kind, value, channel, state))
    both = (first_lists, lists(company, state))
    with company.opened(state) as con:
        yield Flip(state, customer_key, channel, both, con)


def changed_tables(company: Company, flip: Flip) -> dict[str, str]:
    changes = Changes(flip.con)
    found = {}
    for name, table in published_tables_of(company).items():
        prints = [changes.fingerprint(f"{world}.{table}") for world in ("before", "warehouse")]
        assert None not in prints, f"{table} is missing"
        if prints[0] != prints[1]:
            found[name] = table
    return found


@pytest.fixture(scope="module")
def contact_outputs() -> set[str]:
    """By the catalogue: what is for marketing, or says who may be written to."""
    found = set()
    for node in read_manifest()["nodes"].values():
        if node["schema"] != "publish" or "customer_key" not in node["columns"]:
            continue
        whole = node["config"]["meta"]["purposes"]
        purposes = [
            column.get("config", {}).get("meta", {}).get("purposes", whole)
            for column in node["columns"].values()
        ]
        if ["marketing"] in purposes or not set(SAYS_SO).isdisjoint(node["columns"]):
            found.add(node["alias"])
    return found


def test_nobody_elses_rows_change_in_any_published_table(company: Company, flip: Flip) -> None:
    for name, table in changed_tables(company, flip).items():
        if name in COUNTED:
            continue
        whose = flip.con.execute(f"""
            select distinct customer_key
            from (
                (from before.{table} except all from warehouse.{table})
                union all (from warehouse.{table} except all from before.{table})
            )
        """).fetchall()
        assert whose == [(flip.customer_key,)], f"{name}: {len(whose):,} customers"


def test_every_contact_output_follows_the_consent(
    company: Company, contact_outputs: set[str], flip: Flip
) -> None:
    assert contact_outputs >= {"care_calendar", "channel_preferences", "next_best_action"}
    assert contact_outputs >= {"customer_360", "recommendations"}
    changed = set(changed_tables(company, flip))
    assert changed - FOLLOWS == contact_outputs | RECORDS | COUNTED


def test_the_channel_is_in_no_contact_output_of_who_has_no_consent_for_it(
    company: Company, contact_outputs: set[str], flip: Flip
) -> None:
    without, with_it = ("warehouse", "before")
    if flip.night == "granted":
        without, with_it = with_it, without
    named = dict.fromkeys((without, with_it), 0)
    for name, table in published_tables_of(company).items():
        if name not in contact_outputs:
            continue
        for world in named:
            for row in flip.rows(world, table):
                # Where orders were placed says nothing about messages.
                told = [row[it] for it in row if it in ("channel_id", "action_channel_id")]
                named[world] += told.count(flip.channel)
    assert named[without] == 0
    assert named[with_it] > 3
    assert flip.rows(without, "marts.care_calendar") == []
    assert flip.rows(with_it, "marts.care_calendar") != []


def test_the_next_action_and_the_profile_say_what_holds_now(flip: Flip) -> None:
    [action] = flip.rows("warehouse", "marts.next_best_action")
    [profile] = flip.rows("warehouse", "marts.customer_360")
    is_granted = flip.night == "granted"
    assert profile["is_marketing_consented"] is is_granted
    assert action["is_outreach"] is is_granted
    assert action["channel_id"] == (flip.channel if is_granted else None)
    if not is_granted:
        assert action["action"] == "no_contact"


def test_only_that_person_comes_to_or_leaves_a_list(flip: Flip) -> None:
    before, after = flip.lists
    own = flip.customer_key.encode()
    for channel in before:
        others = [
            [line for line in found[channel] if not line.startswith(own)]
            for found in (before, after)
        ]
        assert others[0] == others[1], f"{channel}: the lines of others"
        assert len(others[0]) > 2
    listed = [
        {channel for channel, lines in found.items() if any(it.startswith(own) for it in lines)}
        for found in (before, after)
    ]
    expected: list[set[str]] = [{flip.channel}, set()]
    assert listed == (expected if flip.night == "withdrawn" else expected[::-1])
