"""`make replay FILE=mended.ndjson`: takes back rows of quarantine that a person set right (回放).

Reads what `make quarantine OBJECT=… OUT=…` wrote, with payloads mended and lines that are not meant
left out. Every line must name a row that is in quarantine with that content, and its mended payload
must pass the row rules of the contract; else nothing is kept. The next load of the object applies
the mends, and so does every load after it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import msgspec

from assets.raw.contract import ContractError, SourceContract, load_contracts
from assets.raw.errors import FileError
from assets.raw.landing import Manifest
from assets.raw.mend_checks import (
    refuse_doubled,
    refuse_faulty,
    refuse_leftovers,
    refuse_unknown,
)
from assets.raw.mends import Mend, keep_mends, read_mends
from assets.raw.vaults import newest_build, object_named, open_vault
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import AuditError, record
from pipelines.runtime.clock import utc_now
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings, SettingsError, load_settings


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One line of the file: a row of quarantine, its payload mended."""

    object: str
    file: str
    position: int
    fingerprint: str
    payload: msgspec.Raw
    rule: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Replayed:
    """What was kept for the next load of an object."""

    object: str
    rows: int


_ENTRY = msgspec.json.Decoder(Entry)


def replay(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: list[SourceContract],
    file: Path,
    now: datetime,
) -> list[Replayed]:
    """Check every line, then keep the mends of all objects.

    Args:
        con: Has the vault whose quarantine the lines come from.
        settings: Where landing is.
        contracts: Of all sources.
        file: NDJSON.
        now: UTC without a time zone.

    Raises:
        FileError: a line is wrong; nothing is kept.
    """
    entries: dict[str, list[tuple[int, Entry]]] = {}
    for number, entry in _entries(file):
        entries.setdefault(entry.object, []).append((number, entry))
    if not entries:
        raise FileError(f"{file.name}: holds no row; nothing was kept")
    kept = []
    for named, lines in entries.items():
        contract, name, obj = object_named(contracts, named)
        numbers = [number for number, _ in lines]
        mends = [_mend(entry, now) for _, entry in lines]
        before = read_mends(settings.home, contract.source, name)
        refuse_leftovers(numbers, mends, obj)
        refuse_doubled(numbers, mends, before)
        landed_at = refuse_unknown(con, contract.source, name, numbers, mends)
        refuse_faulty(con, obj, numbers)
        folder = settings.home / "landing" / contract.source / name
        kept.append((contract.source, name, _with_digests(mends, landed_at, folder)))
    for source, name, mends in kept:
        keep_mends(settings.home, source, name, mends)
    return [Replayed(f"{source}.{name}", len(mends)) for source, name, mends in kept]


def _entries(file: Path) -> Iterator[tuple[int, Entry]]:
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, _ENTRY.decode(line)
    except OSError:
        raise FileError(f"FILE={file}: cannot be read; name the mended NDJSON file") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # Not chained: the error's own text can quote the line.
        raise FileError(
            f"{file.name}: line {number} is no row as `make quarantine` writes it; "
            "change its payload only"
        ) from None


def _mend(entry: Entry, now: datetime) -> Mend:
    payload = bytes(entry.payload).decode()
    return Mend(entry.file, entry.position, entry.fingerprint, payload, None, now.isoformat())


def _with_digests(mends: list[Mend], landed_at: list[datetime], folder: Path) -> list[Mend]:
    """The mends with the content of the files that their rows come from; a page has none."""
    digests = Manifest(folder).digests() if (folder / Manifest.NAME).exists() else {}
    return [
        replace(mend, file_sha256=digests.get((mend.file, moment)))
        for mend, moment in zip(mends, landed_at, strict=True)
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("file", type=Path, help="NDJSON, as make quarantine wrote it, mended")
    parser.add_argument("--build", default="", help="run id or folder; the newest when not given")
    options = parser.parse_args(arguments)
    try:
        settings = load_settings()
        contracts = load_contracts(settings.sources)
        with open_vault(newest_build(settings, options.build)) as con:
            done = replay(con, settings, contracts, options.file, utc_now())
        record(settings, Action.ROWS_REPLAYED, {"rows": {it.object: it.rows for it in done}})
    except (SettingsError, ContractError, FileError, KeyFileError, AuditError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for it in done:
        print(f"{it.object}: {it.rows:,} mended rows kept; the next load takes them in")
    return 0


if __name__ == "__main__":
    sys.exit(main())
