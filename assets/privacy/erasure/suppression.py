"""The suppression list 抑制名单: who was erased, so that they do not come back.

    <home>/suppression/list.ndjson

One trace a line, only ever added to: the request, the kind and a keyed hash; nobody can read from
it who it is about, and a line says nothing without the instance's key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from assets.privacy.subject.traces import add_hashes
from assets.raw import sql
from pipelines.runtime.private_files import locked, make_private_folder, written_whole

LIST = Path("suppression") / "list.ndjson"


def suppress(home: Path, request: str, traces: Sequence[tuple[str, str]]) -> int:
    """Add the traces of a request (kind, hash); how many of them were new."""
    folder = make_private_folder((home / LIST).parent)
    with locked(folder):
        before = _lines(home)
        lines = [
            json.dumps({"request": request, "kind": kind, "hash": digest})
            for kind, digest in traces
        ]
        known = {(it["kind"], it["hash"]) for it in map(json.loads, before)}
        new = [line for line, trace in zip(lines, traces, strict=True) if tuple(trace) not in known]
        if new:
            with written_whole(home / LIST) as file:
                file.writelines(f"{line}\n".encode() for line in [*before, *new])
    return len(new)


def is_empty(home: Path) -> bool:
    """Whether nobody was ever erased."""
    return not _lines(home)


def read_list(con: duckdb.DuckDBPyConnection, home: Path) -> int:
    """Add everybody on the list to the traces; how many lines it has."""
    count = len(_lines(home))
    if count:
        add_hashes(
            con,
            "select kind, hash from read_ndjson("
            f"{sql.text(home / LIST)},"
            " columns = {'request': 'varchar', 'kind': 'varchar', 'hash': 'varchar'})",
        )
    return count


def _lines(home: Path) -> list[str]:
    file = home / LIST
    return [line for line in file.read_text().split("\n") if line] if file.exists() else []
