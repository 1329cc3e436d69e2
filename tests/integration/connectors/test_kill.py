"""kill -9 at any moment of extraction and load, again and again, while the system changes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

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
    """The demo company's contract, for the two objects that are looked at, in small pages."""
    contract = yaml.safe_load((ROOT / "demo" / "sources" / "crm_zoho.yml").read_text())
    contract["connection"] = {
        "system": "zoho_crm",
        **credentials(server),
        "limits": {"per_page": 20},
        "http": {"calls": 100_000, "attempts": 8, "first_wait_seconds": 0.01},
    }
    contract["objects"] = {name: contract["objects"][name] for name in ("contacts", "deletions")}
    contract["objects"]["deletions"]["options"] = {"modules": ["Contacts"]}
    for custom in ("Shop_Customer_Id", "Wechat_Unionid"):
        server.store.module("Contacts").fields[custom] = "text"
    folder.mkdir()
    (folder / "crm_zoho.yml").write_text(yaml.safe_dump(contract, allow_unicode=True))


def environment(folder: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("C360_")},
        "C360_ENV_FILE": "demo/demo.env",
        "C360_SOURCES": str(folder / "sources"),
        "C360_HOME": str(folder / "home"),
        "DO_NOT_TRACK": "1",
    }


def start(folder: Path) -> subprocess.Popen[str]:
    command = ("assets.raw.load", "--build", str(folder / "build"), "--only", "crm_zoho")
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT, env=environment(folder), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def change_something(server: ZohoServer, chance: random.Random, number: int) -> None:
    """An edit, a new contact, a deletion and at times an undelete, as a working day has them."""
    now = server.clock().isoformat(timespec="seconds")
    ids = sorted(server.store.module("Contacts").rows)
    edited, deleted = chance.sample(ids, 2)
    server.upsert("Contacts", {"id": edited, "Full_Name": f"王 edited {number}"})
    server.upsert("Contacts", contact(RECORDS + number, Created_Time=now, Modified_Time=now))
    server.delete("Contacts", deleted, kind := chance.choice(["recycle", "permanent"]))
    if kind == "recycle" and chance.random() < 0.4:
        server.undelete("Contacts", deleted)


def kill_while_pulling(server: ZohoServer, folder: Path, skip: int) -> bool:
    """Kill the process at its n-th request; False when it was done before."""
    process = start(folder)
    fault = Fault(skip=skip, act=lambda: os.kill(process.pid, signal.SIGKILL), reset=True)
    server.plan(fault)
    process.communicate()
    server.forget_faults()
    return process.returncode == -signal.SIGKILL


def kill_while_loading(folder: Path, delay: float) -> bool:
    """Kill the process so long after it began to write its database; False when it was done."""
    database = folder / "build" / "vault.duckdb"
    for file in (database, database.with_suffix(".duckdb.wal")):
        file.unlink(missing_ok=True)
    process = start(folder)
    while process.poll() is None and not database.exists():
        time.sleep(0.002)
    time.sleep(delay)
    process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def staged(folder: Path) -> list[tuple]:
    """What dbt's staging models make of it: the newest version of each contact still there."""
    variables = {
        "build_dir": str(folder / "build"),
        "as_of": "2099-12-31",
        "timezone": "Asia/Shanghai",
    }
    done = subprocess.run(
        [
            sys.executable, "-m", "dbt.cli.main", "--quiet", "--no-use-colors", "run",
            "--select", "stg_crm_zoho__contacts", "stg_crm_zoho__deletions",
            "--vars", json.dumps(variables), "--profiles-dir", ".",
            "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        ],
        cwd=ROOT / "dbt_project", env=environment(folder), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with duckdb.connect(str(folder / "build" / "vault.duckdb"), read_only=True) as reader:
        return reader.execute("""
            with newest as (
                select *
                from staging.stg_crm_zoho__contacts
                qualify row_number() over (partition by contact_id order by modified_at desc) = 1
            )

            select contact_id, email, full_name, epoch(modified_at)::bigint
            from newest
            where not exists (
                select 1
                from staging.stg_crm_zoho__deletions as gone
                where gone.record_id = contact_id and gone.happened_at >= modified_at
            )
            order by contact_id
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
            killed += kill_while_loading(tmp_path, chance.random() * 0.2)
            change_something(server, chance, KILLS_WHILE_PULLING + number)
        assert killed >= 12, f"only {killed} of the kills found a living process"

        # The first run ends the pull that was interrupted, the second brings what is newer; both
        # write into the database that the last kill left.
        for _ in range(2):
            process = start(tmp_path)
            said = process.communicate()
            assert process.returncode == 0, said

        assert staged(tmp_path) == truth(server)
