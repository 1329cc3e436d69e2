"""A pull of many pages is killed, goes on at the page, and never needs more memory than a page."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.connectors.databases import Server, mariadb_server, postgresql_server


@pytest.fixture(scope="module", params=["postgresql", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    start = postgresql_server if request.param == "postgresql" else mariadb_server
    with start() as running:
        yield running


CHILD = """
import json, os, resource, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from assets.raw.connector.model import Connection
from assets.raw.connector.pull import Wanted, pull
from assets.raw.database.client import Database

settings, home, kill_at, rows = json.loads(sys.argv[1])
connection = Connection(
    "shop", settings, Path(home), lambda: datetime(2017, 7, 1, tzinfo=UTC), time.sleep
)

class Watched(Database):
    pages, early_peak = 0, 0

    def page(self, request, state):
        self.pages += 1
        if self.pages == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.pages == 4:
            self.early_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return super().page(request, state)

database = Watched(connection)
done = pull(connection, database, Wanted("big", "snapshot", options={"rows_per_page": rows}))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([done.checkpoint.records, database.pages, (peak - database.early_peak) / 1024]))
"""


def test_a_killed_pull_of_200_000_rows_goes_on_and_memory_stays_flat(
    server: Server, tmp_path: Path
) -> None:
    numbers = {
        "postgresql": "select g from generate_series(1, 200000) as g",
        "mysql": "select seq from seq_1_to_200000",
    }[server.dialect]
    server.run("create table big (id int primary key, filler varchar(100))")
    server.run(f"insert into big select n.*, repeat('中', 60) from ({numbers}) as n")
    settings = dict(server.connection(tmp_path).settings)

    def run(kill_at: int) -> subprocess.CompletedProcess[str]:
        given = json.dumps([settings, str(tmp_path), kill_at, 10_000])
        command = [sys.executable, "-c", CHILD, given]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    try:
        assert run(kill_at=8).returncode == -signal.SIGKILL
        done = run(kill_at=0)
        assert done.returncode == 0, done.stderr
        records, pages, megabytes = json.loads(done.stdout)
        assert (records, pages) == (200_000, 13), "seven pages were there, thirteen were missing"
        assert megabytes < 8, f"memory grew by {megabytes} MB after the fourth page"
    finally:
        server.run("drop table big")
