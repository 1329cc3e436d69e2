"""Bulk Read of Zoho through faults: jobs that fail, are lost or outlive a run; files that break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.raw.connector.errors import Fatal, SourceError
from demo.servers.base import Answer, Fault, json_answer
from demo.servers.zoho import ZohoServer
from tests.integration.connectors.zoho_pulls import Puller, names, truth
from tests.integration.connectors.zoho_world import Time, fill

TOO_MANY = {"code": "TOO_MANY_REQUESTS", "details": {}, "message": "…", "status": "error"}


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(time: Time) -> Iterator[ZohoServer]:
    with ZohoServer(time, rows_a_bulk_page=400) as running:
        fill(running, 730)
        yield running


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/result", times=1, cut=True),
        Fault("/result", times=2, reset=True),
        Fault("/crm/bulk/v8/read", skip=2, times=2, answer=json_answer({"data": [TOO_MANY]}, 429)),
        Fault("/result", answer=Answer(200, b"PK broken", {"Content-Type": "application/zip"})),
    ],
    ids=["cut", "reset", "429", "broken"],
)
def test_bulk_read_bears_faults(
    server: ZohoServer, tmp_path: Path, time: Time, fault: Fault
) -> None:
    server.plan(Fault(**vars(fault)))
    puller = Puller(server, tmp_path, time, bulk_above=100)
    puller.pull()
    assert names(puller.state()) == truth(server)
    assert not list(tmp_path.rglob("*.zip"))


def test_a_failed_bulk_job_is_made_again(server: ZohoServer, tmp_path: Path, time: Time) -> None:
    server.bulk.fails = 2
    puller = Puller(server, tmp_path, time, bulk_above=100)
    puller.pull()
    assert names(puller.state()) == truth(server)
    server.bulk.fails = 3
    with pytest.raises(Fatal, match="3 Bulk Read jobs of Contacts failed"):
        Puller(server, tmp_path / "other", time, bulk_above=100).pull()


def test_a_run_after_a_kill_waits_for_the_same_bulk_job(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    puller = Puller(server, tmp_path, time, bulk_above=100)
    server.plan(Fault("/result", times=100, answer=Answer(500)))
    with pytest.raises(SourceError, match="run again later"):
        puller.pull()
    server._faults.clear()
    puller.pull()
    assert names(puller.state()) == truth(server)
    assert server.count("POST /crm/bulk/v8/read") == 2


def test_modules_that_bulk_read_does_not_give_are_walked(
    server: ZohoServer, tmp_path: Path, time: Time
) -> None:
    puller = Puller(server, tmp_path, time, bulk_above=0, closed_to_bulk=[])
    for number in range(3):
        server.upsert("Notes", {"Note_Title": f"n{number}", "Last_Name": "x"})
    assert len(puller.pull("Notes")) == 3
    server.plan(Fault("/crm/bulk/v8/read/", answer=json_answer(_no_job(), 404)))
    puller.pull("Contacts")
    assert names(puller.state()) == truth(server)


def _no_job() -> dict[str, Any]:
    return {"data": [{"code": "RESOURCE_NOT_FOUND", "status": "error", "details": {}}]}
