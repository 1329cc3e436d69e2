"""kill -9 while 纷享销客 Fxiaoke is pulled: the next run goes on at the page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from demo.servers.base import Fault
from tests.integration.connectors.fxiaoke_tenant import (
    Time,
    by_id,
    connection,
    filled,
    pulled,
    records_of,
)

ROOT = Path(__file__).resolve().parents[3]
QUERY = "/data/query"
RUN = """
import json, sys
from pathlib import Path
from tests.integration.connectors.fxiaoke_tenant import Time, pulled
from assets.raw.connector.model import Connection
settings, home = json.loads(sys.argv[1]), Path(sys.argv[2])
time = Time()
pulled(Connection("crm_fxiaoke", settings, home, time, time.sleep))
"""


def killer(running: list[subprocess.Popen[bytes]]) -> Callable[[], None]:
    return lambda: os.kill(running[-1].pid, signal.SIGKILL)


def test_a_killed_pull_goes_on_at_the_page(tmp_path: Path) -> None:
    time = Time()
    with filled(time, 1_550) as server:
        system = connection(server, tmp_path, time)
        running: list[subprocess.Popen[bytes]] = []
        for asked_before in (3, 0, 7):
            server.plan(Fault(QUERY, skip=asked_before, act=killer(running)))
            with server.lock:
                # No request is answered before the server knows whom to kill.
                running.append(
                    subprocess.Popen(
                        [sys.executable, "-c", RUN, json.dumps(system.settings), str(tmp_path)],
                        cwd=ROOT,
                    )
                )
            assert running[-1].wait(timeout=60) == -signal.SIGKILL
        records = records_of(pulled(system))
        assert by_id(records) == server.records["LeadsObj"]
        assert len(records) == 1_550
        # Each kill costs the page that was under way, and nothing else.
        assert server.count(QUERY) == 16 + 3
        assert server.tokens.issued == 1
