"""Every fault of Zoho ends well, or with one line that says what to do; nothing landed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assets.raw.connector.errors import Fatal, SourceError, StopForToday
from demo.servers.base import Answer, Fault, json_answer
from demo.servers.zoho import CLIENT_SECRET, REFRESH_TOKEN, ZohoServer
from tests.integration.connectors.zoho_pulls import Puller, names, truth
from tests.integration.connectors.zoho_world import Time, fill

TOO_MANY = {"code": "TOO_MANY_REQUESTS", "details": {}, "message": "…", "status": "error"}
PATH = "/crm/v8/Contacts"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[ZohoServer]:
    with ZohoServer(time, rows_a_bulk_page=400) as running:
        fill(running, 730)
        yield running


@pytest.fixture
def puller(server: ZohoServer, tmp_path: Path, time: Time) -> Puller:
    return Puller(server, tmp_path, time, bulk_above=None)


def repeated_page(server: ZohoServer) -> Answer:
    """The first page once more, as a proxy's cache might give it."""
    connector_fields = "id,Last_Name,Modified_Time"
    rows = server.store.modules["Contacts"].ordered("Modified_Time")[:200]
    data = [{name: row.get(name) for name in connector_fields.split(",")} for row in rows]
    return json_answer({"data": data, "info": {"more_records": True, "next_page_token": "t"}})


@pytest.mark.parametrize(
    "faults",
    [
        lambda server: [Fault(PATH, times=2, skip=2, answer=json_answer(TOO_MANY, 429))],
        lambda server: [Fault(PATH, skip=3, answer=Answer(429, b"", {"Retry-After": "7"}))],
        lambda server: [Fault(PATH, times=3, skip=1, answer=Answer(503, b"<html>busy</html>"))],
        lambda server: [Fault(PATH, times=2, skip=1, reset=True)],
        lambda server: [Fault(PATH, times=2, skip=2, cut=True)],
        lambda server: [Fault(PATH, skip=2, act=server.revoke_tokens)],
        lambda server: [Fault(PATH, skip=2, answer=repeated_page(server))],
        lambda server: [Fault("/settings/fields", answer=Answer(500)), Fault("/oauth", reset=True)],
        lambda server: [
            Fault(PATH, skip=1, answer=json_answer({"data": [TOO_MANY]}, 429)),
            Fault(PATH, skip=2, answer=Answer(200, b'{"data":[{"id":"1"},', {})),
        ],
    ],
    ids=["429", "429-wait", "503", "reset", "cut", "revoked", "repeated", "before", "half"],
)
def test_faults_that_pass_change_nothing(
    server: ZohoServer, puller: Puller, faults: Callable[[ZohoServer], list[Fault]]
) -> None:
    for fault in faults(server):
        server.plan(fault)
    puller.pull()
    assert names(puller.state()) == truth(server)
    assert server.tokens.issued <= 2


def test_a_slow_answer_is_asked_for_again(server: ZohoServer, tmp_path: Path, time: Time) -> None:
    http = {"calls": 100_000, "timeout_seconds": 0.15}
    puller = Puller(server, tmp_path, time, bulk_above=None, http=http)
    server.plan(Fault(PATH, skip=1, delay=0.25))
    puller.pull()
    assert names(puller.state()) == truth(server)


def test_a_pull_goes_on_at_the_page_where_it_was_broken_off(
    server: ZohoServer, puller: Puller
) -> None:
    server.plan(Fault(PATH, skip=4, times=100, answer=Answer(500)))
    with pytest.raises(SourceError, match=r"crm_zoho: .*tried \d times; run again later"):
        puller.pull()
    asked = server.count(f"GET {PATH}")
    server._faults.clear()
    puller.pull()
    assert names(puller.state()) == truth(server)
    # Two calls a page and two more for its second group: the first page was not asked for again.
    assert server.count(f"GET {PATH}") - asked < 12


def test_the_calls_of_the_day_are_used_up(server: ZohoServer, puller: Puller, time: Time) -> None:
    server.credits = 8
    with pytest.raises(StopForToday, match=r"crm_zoho: .*24 hours.*the next run goes on"):
        puller.pull()
    assert puller.state() == {}
    time.pass_by(hours=25)
    server.credits = 1_000
    puller.pull()
    assert names(puller.state()) == truth(server)


def test_some_calls_are_kept_for_others(server: ZohoServer, tmp_path: Path, time: Time) -> None:
    server.credits = 20
    puller = Puller(server, tmp_path, time, bulk_above=None, credits_reserve=9)
    with pytest.raises(StopForToday, match=r"9 calls are left.*9 are kept for others"):
        puller.pull()
    assert server.credits_left == 9


@pytest.mark.parametrize(
    ("scope", "stream", "missing"),
    [
        ("ZohoCRM.modules.ALL", "Contacts", "ZohoCRM.settings.fields.READ"),
        ("ZohoCRM.settings.ALL", "Contacts", r"ZohoCRM.modules.Contacts.READ"),
        ("ZohoCRM.modules.ALL", "Users", "ZohoCRM.users.READ"),
        ("ZohoCRM.modules.ALL", "live_ids", "ZohoCRM.coql.READ"),
    ],
)
def test_a_missing_scope_is_named(
    server: ZohoServer, puller: Puller, scope: str, stream: str, missing: str
) -> None:
    server.tokens.scope = scope
    options = {"modules": ["Contacts"]} if stream == "live_ids" else {}
    with pytest.raises(Fatal, match=f"crm_zoho: .*scope {missing}.*make a refresh token"):
        puller.pull(stream, "snapshot", **options)


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda s: setattr(s.tokens, "revoked", True), "refresh token.*invalid_code.*make a new"),
        (lambda s: s.plan(Fault("/oauth", answer=json_answer({"error": "invalid_client"}))), "cl"),
        (lambda s: s.plan(Fault("/oauth", answer=json_answer({"error": "?"}))), "access token"),
    ],
)
def test_wrong_credentials_are_explained_and_not_quoted(
    server: ZohoServer, puller: Puller, break_it: Callable[[ZohoServer], None], words: str
) -> None:
    break_it(server)
    with pytest.raises(Fatal, match=words) as caught:
        puller.pull()
    text = str(caught.value)
    assert text.startswith("crm_zoho: ")
    assert "\n" not in text
    assert CLIENT_SECRET not in text
    assert REFRESH_TOKEN not in text


def test_ten_tokens_in_ten_minutes_are_waited_for(
    server: ZohoServer, puller: Puller, time: Time
) -> None:
    server.plan(Fault("/crm/v8/settings", times=1, act=server.revoke_tokens))
    for _ in range(9):
        form = {"grant_type": "refresh_token", "client_id": "1000.DEMOCLIENT"}
        secrets = {"client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN}
        server.tokens.refresh(form | secrets, server.url)
    puller.pull()
    assert names(puller.state()) == truth(server)
    assert sum(time.slept) > 300


def test_processes_share_one_token(server: ZohoServer, puller: Puller) -> None:
    for _ in range(4):
        puller.pull()
    assert server.tokens.issued == 1


def test_a_module_that_is_not_there(server: ZohoServer, puller: Puller) -> None:
    with pytest.raises(Fatal, match="no such module"):
        puller.pull("Unicorns")


def test_a_module_without_times_cannot_be_asked_for_changes(
    server: ZohoServer, puller: Puller, time: Time
) -> None:
    server.upsert("Data_Subject_Requests", {"Request_Type": "access"})
    assert len(puller.pull("Data_Subject_Requests", "snapshot")) == 1
    puller.pull("Data_Subject_Requests")
    with pytest.raises(Fatal, match=r"crm_zoho: Data_Subject_Requests .*delivery: snapshot"):
        puller.pull("Data_Subject_Requests")
