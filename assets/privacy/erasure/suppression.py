"""Adding to the suppression list 抑制名单, and comparing with it.

A line is only ever added: a person who was erased stays away until their request is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from assets.privacy.subject.traces import add_hashes
from assets.raw import sql
from pipelines.runtime.former_keys import key_id
from pipelines.runtime.private_files import locked, make_private_folder, written_whole
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import LIST, listed, suppression_key


def suppress(settings: Settings, request: str, traces: Sequence[tuple[str, str]]) -> int:
    """Add the traces of a request (kind, hash under `suppression_key`); how many were new."""
    home, key = settings.home, key_id(suppression_key(settings))
    folder = make_private_folder((home / LIST).parent)
    with locked(folder):
        before = listed(home)
        known = {(it["kind"], it["hash"]) for it in map(json.loads, before)}
        new = [
            json.dumps({"request": request, "kind": kind, "hash": digest, "key": key})
            for kind, digest in traces
            if (kind, digest) not in known
        ]
        if new:
            _write(home, [*before, *new])
    return len(new)


def readmit(home: Path, request: str) -> int:
    """Take a request back: the same person may be taken in again. How many lines went."""
    folder = make_private_folder((home / LIST).parent)
    with locked(folder):
        before = listed(home)
        left = [line for line in before if json.loads(line)["request"] != request]
        if len(left) < len(before):
            _write(home, left)
    return len(before) - len(left)


def read_list(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """Add everybody on the suppression list to the traces of a connection."""
    if listed(home):
        add_hashes(
            con,
            f"select kind, hash from read_ndjson({sql.text(home / LIST)},"
            " columns = {'request': 'varchar', 'kind': 'varchar', 'hash': 'varchar',"
            " 'key': 'varchar'})",
        )


def _write(home: Path, lines: Sequence[str]) -> None:
    with written_whole(home / LIST) as file:
        file.writelines(f"{line}\n".encode() for line in lines)
