"""`make check-sources` asks what the night will ask: it fails where the night would fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal
from assets.raw.connector.model import Request, Window
from assets.raw.zoho_crm.client import ZohoCrm
from demo.servers.base import Answer, json_answer
from demo.servers.zoho import EVERY_SCOPE, ZohoServer
from tests.integration.connectors.zoho_world import Time, connection, contact, fill

SOME_SCOPES = "ZohoCRM.modules.READ ZohoCRM.settings.fields.READ ZohoCRM.users.READ"
MANY = ["Accounts", "Contacts", "Deals", "Cases", "Tasks", "Leads"]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[ZohoServer]:
    with ZohoServer(time) as running:
        fill(running, 730)
        fill(running, 3, "Leads", Converted__s=True)
        running.upsert("Deals", {"Deal_Name": "d", "Stage": "Qualification"})
        yield running


Probe = Callable[..., str]


@pytest.fixture
def probe(server: ZohoServer, tmp_path: Path, time: Time) -> Iterator[Probe]:
    made: list[ZohoCrm] = []

    def ask(stream: str, settings: dict[str, Any] | None = None, **options: Any) -> str:
        connector = ZohoCrm(connection(server, tmp_path, time, **settings or {}))
        made.append(connector)
        window = Window(None, time() + timedelta(days=1))
        return connector.probe(Request(stream, ("Last_Name",), options, window))

    yield ask
    for connector in made:
        connector.close()


def keeps_scopes_to_itself(server: ZohoServer) -> None:
    """Tokens without the member `scope`, which is documented and not promised."""
    give = server.tokens.refresh

    def refresh(form: dict[str, str], api_domain: str) -> Answer:
        body = json.loads(give(form, api_domain).body)
        body.pop("scope", None)
        return json_answer(body)

    server.tokens.refresh = refresh  # type: ignore[method-assign]


def test_probe_says_what_a_pull_would_bring(server: ZohoServer, probe: Probe) -> None:
    server.tokens.scope = SOME_SCOPES
    words = probe("Contacts")
    assert words == (
        "63 fields, about 730 records; scopes that are missing: "
        "ZohoCRM.bulk.READ, ZohoCRM.coql.READ"
    )
    assert contact(0)["Email"] not in words
    assert probe("deletions", modules=["Contacts"]) == "of 1 modules, Contacts answered"
    server.tokens.scope = EVERY_SCOPE
    server.revoke_tokens()
    assert probe("live_ids", modules=MANY) == "of 6 modules, Leads, Accounts, Contacts answered"
    assert probe("deal_stage_history") == "stages of about 1 deals, one call each"


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize(
    ("lacking", "stream", "settings", "options", "named"),
    [
        ("coql", "live_ids", {}, {"modules": ["Contacts"]}, "ZohoCRM.coql.READ"),
        ("coql", "live_ids", {}, {"modules": ["Leads", "Contacts"]}, "ZohoCRM.coql.READ"),
        ("coql", "Contacts", {"increments": "coql"}, {}, "ZohoCRM.coql.READ"),
        ("coql", "deal_stage_history", {"increments": "coql"}, {}, "ZohoCRM.coql.READ"),
        ("bulk", "Contacts", {"bulk_above": 700}, {}, "ZohoCRM.bulk.READ"),
        ("modules", "deletions", {}, {"modules": ["Contacts"]}, "ZohoCRM.modules.Contacts.READ"),
        ("modules", "live_ids", {}, {"modules": ["Leads"]}, "ZohoCRM.modules.Leads.READ"),
        ("modules", "Contacts", {}, {}, "ZohoCRM.modules.Contacts.READ"),
        ("modules", "deal_stage_history", {}, {}, "ZohoCRM.modules.Deals.READ"),
        ("settings", "Contacts", {}, {}, "ZohoCRM.settings.fields.READ"),
        ("users", "Users", {}, {}, "ZohoCRM.users.READ"),
    ],
)
def test_probe_fails_where_the_night_would(
    server: ZohoServer,
    probe: Probe,
    lacking: str,
    stream: str,
    settings: dict[str, Any],
    options: dict[str, Any],
    named: str,
    *,
    is_told: bool,
) -> None:
    scopes = EVERY_SCOPE.split()
    server.tokens.scope = " ".join(one for one in scopes if f".{lacking}." not in one)
    if not is_told:
        keeps_scopes_to_itself(server)
    with pytest.raises(Fatal, match=f"^crm_zoho: .*scope {named}"):
        probe(stream, settings, **options)


def test_a_scope_of_one_module_is_missed_among_many(server: ZohoServer, probe: Probe) -> None:
    given = [f"ZohoCRM.modules.{name}.READ" for name in MANY if name != "Tasks"]
    server.tokens.scope = " ".join([*given, "ZohoCRM.coql.READ"])
    with pytest.raises(Fatal, match=r"scope ZohoCRM\.modules\.Tasks\.READ"):
        probe("deletions", modules=MANY)


@pytest.mark.parametrize(
    ("stream", "settings", "options"),
    [
        ("Contacts", {}, {}),
        ("Contacts", {"bulk_above": 700}, {}),
        ("Contacts", {"bulk_above": 700, "increments": "coql"}, {}),
        ("Contacts", {"increments": "coql"}, {}),
        ("Users", {}, {}),
        ("deal_stage_history", {}, {}),
        ("deal_stage_history", {"increments": "coql"}, {}),
        ("deletions", {}, {"modules": MANY}),
        ("live_ids", {}, {"modules": MANY}),
    ],
)
def test_a_probe_is_three_calls_and_makes_no_job(
    server: ZohoServer,
    probe: Probe,
    stream: str,
    settings: dict[str, Any],
    options: dict[str, Any],
) -> None:
    probe(stream, settings, **options)
    assert server.count("/crm/") <= 3
    assert server.count("POST /crm/bulk") == 0


def test_a_bulk_scope_is_no_matter_while_there_are_few_records(
    server: ZohoServer, probe: Probe
) -> None:
    server.tokens.scope = SOME_SCOPES
    assert "about 730 records" in probe("Contacts", {"bulk_above": 730})
    assert "about 730 records" in probe("Contacts", {"bulk_above": 1}, bulk="never")
