"""One file through the real landing and loading, compared with what is known of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from assets.raw import sql
from assets.raw.errors import FileError
from assets.raw.landing import land_object
from assets.raw.loading import load_object
from assets.raw.tables import quarantine_table, raw_table
from benchmarks.messy_files.drafts import Draft

LANDED_AT = datetime(2018, 1, 1)  # noqa: DTZ001 (UTC without a zone, as in raw)
SOURCE, OBJECT = "messy", "file"
RIGHT, LOUD, QUARANTINED, SILENT = "right", "loud", "quarantined", "silently wrong"
OUTCOMES = (RIGHT, LOUD, QUARANTINED, SILENT)


@dataclass(frozen=True)
class Verdict:
    """What became of a file: the outcome, and in words what was wrong or said."""

    outcome: str
    words: str


def judge(con: duckdb.DuckDBPyConnection, folder: Path, draft: Draft) -> Verdict:
    """Deliver, land and load a draft, and compare.

    Args:
        con: Has the catalog `vault`.
        folder: An empty folder for this file alone.
        draft: The file.
    """
    data = folder / "drop"
    data.mkdir(parents=True)
    content = draft.content()
    (data / draft.name).write_bytes(content)
    if draft.manifest:
        changes, draft.on_bytes = draft.on_bytes, []
        whole = content if not changes else draft.content()
        _write_manifest(data / draft.name, whole, draft)
    obj = draft.shape.contract(**draft.keys)
    try:
        files = land_object(folder / "home", data, SOURCE, OBJECT, obj, LANDED_AT)
        load_object(con, SOURCE, OBJECT, obj, files, "load", folder)
    except FileError as error:
        return Verdict(LOUD, str(error))
    return _compared(con, draft)


def _write_manifest(file: Path, whole: bytes, draft: Draft) -> None:
    claim = {"rows": len(draft.truth), "sha256": hashlib.sha256(whole).hexdigest()}
    claim = {key: claim[key] for key in draft.manifest}
    file.with_name(f"{file.name}.manifest.json").write_text(json.dumps(claim), encoding="utf-8")


def _compared(con: duckdb.DuckDBPyConnection, draft: Draft) -> Verdict:
    cells = ", ".join(
        f"coalesce(cast({sql.name(column['name'])} as varchar), '')"
        for column in draft.shape.columns
    )
    loaded = con.execute(f"select {cells} from {raw_table(SOURCE, OBJECT)}").fetchall()
    truth = set(map(tuple, draft.truth))
    wrong = set(loaded) - truth
    missing = truth - set(loaded)
    refused = con.execute(
        f"select payload, reason from {quarantine_table(SOURCE, OBJECT)}"
    ).fetchall()
    if wrong:
        return Verdict(SILENT, f"{len(wrong)} rows loaded that are not in the truth")
    payloads = "\n".join(payload for payload, _ in refused)
    place = [column["name"] for column in draft.shape.columns].index(draft.shape.key)
    lost = [row for row in missing if row[place] not in payloads and not _is_told(row, payloads)]
    if lost:
        return Verdict(SILENT, f"{len(lost)} rows are neither loaded nor in quarantine")
    if refused:
        return Verdict(QUARANTINED, f"{len(refused)} rows")
    return Verdict(RIGHT, f"{len(loaded)} rows")


def _is_told(row: tuple[str, ...], payloads: str) -> bool:
    """Whether quarantine knows a row whose key is damaged: by half of its other cells."""
    cells = [cell for cell in row if len(cell) > 3 and cell.isprintable() and '"' not in cell]
    return sum(cell in payloads for cell in cells) * 2 >= len(cells)
