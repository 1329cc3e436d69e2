"""Landing and loading a night's deliveries: files from the drop folder, records from the CRMs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from assets.raw.contract import load_contracts
from assets.raw.landing import land_object
from assets.raw.loading import ObjectLoad, load_object
from assets.raw.pseudonyms import write_pads
from assets.raw.retention import Horizon
from assets.raw.streams import pull_object
from benchmarks.gate_score.delivered import SOURCES, Name
from benchmarks.gate_score.night import LOAD_ID
from demo.servers.fxiaoke import FxiaokeServer
from demo.servers.zoho import ZohoServer


@contextmanager
def systems(data: Path, now: datetime) -> Iterator[Mapping[str, str]]:
    """The CRM systems with the records of a drop folder; gives their addresses by variable."""
    zoho, fxiaoke = ZohoServer(lambda: now), FxiaokeServer(lambda: now, calls=None)
    zoho.load(data / "servers" / "zoho")
    fxiaoke.load(data / "servers" / "fxiaoke")
    with zoho, fxiaoke:
        yield {"DEMO_ZOHO_URL": zoho.url, "DEMO_FXIAOKE_URL": fxiaoke.url}


def load(
    con: duckdb.DuckDBPyConnection,
    home: Path,
    data: Path,
    evening: datetime,
    key_file: Path,
    only: Collection[Name] | None = None,
) -> list[ObjectLoad]:
    """Land and load objects; all of them when `only` is None.

    Args:
        con: The build.
        home: Folder with the landing.
        data: Drop folder, with the records of the CRM systems beside the files.
        evening: End of the business date; the run lands six hours later.
        key_file: Key of the keyed hashes.
        only: Source and object of those that are loaded.

    Raises:
        FileError: a file is missing or as a whole not what the contract says.
        SourceError: a system cannot be read.
    """
    now = evening + timedelta(hours=6)
    scratch = home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    loads = []
    write_pads(con, key_file)
    with systems(data, now) as addresses:
        for contract in load_contracts(SOURCES):
            for name, obj in contract.objects.items():
                if only is not None and (contract.source, name) not in only:
                    continue
                landed = (
                    pull_object(
                        home, contract, name, addresses.get, lambda: now.replace(tzinfo=None)
                    )
                    if obj.stream
                    else land_object(
                        home, data, contract.source, name, obj, now.replace(tzinfo=None)
                    )
                )
                loads.append(
                    load_object(
                        *(con, contract.source, name, obj, landed, LOAD_ID, scratch),
                        horizon=Horizon(evening.date(), "UTC"),
                    )
                )
    return loads


def raw_tables(source: str, name: str) -> set[str]:
    """The tables that a load of an object writes; its lines in the accounts go with them."""
    return {f"vault.raw.{source}__{name}", f"vault.quarantine.{source}__{name}"}
