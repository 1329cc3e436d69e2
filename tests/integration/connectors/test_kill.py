"""kill -9 at any moment of extraction and load, again and again, while the system changes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import yaml

from demo.servers.base import Fault
from demo.servers.zoho import ZohoServer, credentials
from tests.integration.company import ROOT
from tests.integration.connectors.zoho_world import contact, fill

RECORDS = 600
KILLS_WHILE_PULLING = 10
KILLS_WHILE_LOADING = 4


def write_contract(server: ZohoServer, folder: Path) -> None:
    fields = {"id": "id", "email": "Email", "full_name": "Full_Name"}
    columns: list[dict[str, Any]] = [
        {"name": name, "header": header, "type": "varchar"} for name, header in fields.items()
    ]
    columns.append({"name": "modified_time", "header": "Modified_Time", "type": "timestamp"})
    deletion = [{"name": name, "type": "varchar"} for name in ("object", "record_id", "event")]
    contract = {
        "source": "crm_zoho",
        "description": "Zoho CRM",
        "connection": {
            "system": "zoho_crm",
            **credentials(server),
            "limits": {"per_page": 20},
            "http": {"calls": 100_000, "attempts": 8, "first_wait_seconds": 0.01},
        },
        "objects": {
            "contacts": {
                "description": "One row per contact",
                "stream": "Contacts",
                "delivery": "increment",
                "columns": columns,
                "key": ["id"],
                "version": "modified_time",
            },
            "deletions": {
                "description": "One row per deletion",
                "stream": "deletions",
                "delivery": "increment",
                "options": {"modules": ["Contacts"]},
                "columns": [*deletion, {"name": "happened_at", "type": "timestamp"}],
                "key": ["object", "record_id", "event", "happened_at"],
                "optional": True,
            },
        },
    }
    folder.mkdir()
    (folder / "crm_zoho.yml").write_text(yaml.safe_dump(contract, allow_unicode=True))


def start(folder: Path, build: str) -> subprocess.Popen[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("C360_")},
        "C360_ENV_FILE": "demo/demo.env",
        "C360_SOURCES": str(folder / "sources"),
        "C360_HOME": str(folder / "home"),
    }
    command = ("assets.raw.load", "--build", str(folder / build), "--only", "crm_zoho")
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def change_something(server: ZohoServer, chance: random.Random, number: int) -> None:
    """An edit, a new contact and a deletion, as a working day brings them."""
    now = server.clock().isoformat(timespec="seconds")
    ids = sorted(server.store.module("Contacts").rows)
    edited, deleted = chance.sample(ids, 2)
    server.upsert("Contacts", {"id": edited, "Full_Name": f"王 edited {number}"})
    server.upsert("Contacts", contact(RECORDS + number, Created_Time=now, Modified_Time=now))
    server.delete("Contacts", deleted, chance.choice(["recycle", "permanent"]))


def kill_while_pulling(server: ZohoServer, folder: Path, skip: int) -> bool:
    """Kill the process at its n-th request; False when it was done before."""
    process = start(folder, "killed")
    fault = Fault(skip=skip, act=lambda: os.kill(process.pid, signal.SIGKILL), reset=True)
    server.plan(fault)
    process.communicate()
    server.forget_faults()
    return process.returncode == -signal.SIGKILL


def kill_while_loading(folder: Path, build: str, delay: float) -> bool:
    """Kill the process so long after its database came to be; False when it was done before."""
    process = start(folder, build)
    database = folder / build / "vault.duckdb"
    while process.poll() is None and not database.exists():
        time.sleep(0.002)
    time.sleep(delay)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def loaded(folder: Path, build: str) -> list[tuple]:
    """What staging makes of the raw tables: the newest version of what is not deleted."""
    with duckdb.connect(str(folder / build / "vault.duckdb"), read_only=True) as reader:
        reader.execute("set timezone = 'UTC'")
        return reader.execute("""
            with newest as (
                select *
                from raw.crm_zoho__contacts
                qualify row_number() over (
                    partition by id order by modified_time desc, _loaded_at desc, _position desc
                ) = 1
            )

            select id, email, full_name, epoch(modified_time)::bigint
            from newest
            where not exists (
                select 1 from raw.crm_zoho__deletions as gone where gone.record_id = newest.id
            )
            order by id
        """).fetchall()


def truth(server: ZohoServer) -> list[tuple]:
    module = server.store.module("Contacts")
    return [
        (id_, record["Email"], record["Full_Name"], int(module.modified(record).timestamp()))
        for id_, record in sorted(module.rows.items())
    ]


def test_nothing_is_lost_or_doubled_whenever_it_is_killed(tmp_path: Path) -> None:
    chance = random.Random(8451)
    with ZohoServer() as server:
        fill(server, RECORDS)
        write_contract(server, tmp_path / "sources")
        killed = 0
        for number in range(KILLS_WHILE_PULLING):
            killed += kill_while_pulling(server, tmp_path, skip=chance.randrange(2, 12))
            change_something(server, chance, number)
        for number in range(KILLS_WHILE_LOADING):
            killed += kill_while_loading(tmp_path, f"load{number}", chance.random() * 0.2)
            change_something(server, chance, KILLS_WHILE_PULLING + number)
        assert killed >= 12, f"only {killed} of the kills found a living process"

        for build in ("interrupted", "final"):
            # The first run ends the pull that was interrupted, the second brings what is newer.
            process = start(tmp_path, build)
            said = process.communicate()
            assert process.returncode == 0, said

        assert loaded(tmp_path, "final") == truth(server)
