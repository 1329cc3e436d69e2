"""What is kept of the person beside landing and build: ledger, audiences, suppression list."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from assets.enrich.identity.keys.hashes import keyed_hash
from assets.privacy.erasure.suppression import read_list
from assets.privacy.export.model import Column, Group, Record
from assets.privacy.subject.leads import ROW
from assets.privacy.subject.person import CLEAR_TRACES
from assets.privacy.subject.search import Search
from assets.privacy.subject.traces import TRACES, create_traces
from assets.raw import sql
from pipelines.runtime.exports import EXPORTS
from pipelines.runtime.privacy import DIRECT, PLAIN
from pipelines.runtime.suppression import listed

AUDIENCES = Path(EXPORTS) / "audiences"


def store_groups(search: Search, home: Path, ledger: Path, key: bytes) -> list[Group]:
    """What the stores of an instance hold.

    Args:
        search: Who is looked for.
        home: Folder of the instance.
        ledger: Folder of the committed customer keys.
        key: Of the list of the erased.
    """
    return [
        Group(
            "stores",
            "ledger",
            "One row per record and night on which its customer key changed (主键台账): the memory "
            "of identity resolution, from which keys are made again.",
            ("identification",),
            "source",
            (Column("*", DIRECT),),
            tuple(_ledger(search, ledger)),
        ),
        Group(
            "stores",
            "exports/audiences",
            "Lists of people to contact that were exported (人群名单), with the row of the person.",
            ("marketing",),
            "source",
            (Column("*", DIRECT),),
            tuple(_audiences(search, home)),
        ),
        Group(
            "stores",
            "suppression",
            "Keyed hashes of those who were erased (抑制名单), so that they do not come back.",
            ("operations",),
            "source",
            (Column("*", PLAIN),),
            tuple(_suppressed(search, home, key)),
        ),
    ]


def _ledger(search: Search, folder: Path) -> Iterator[Record]:
    if not list(folder.glob("*.parquet")):
        return
    cursor = search.con.execute(f"""
        select * from read_parquet({sql.text(folder / "*.parquet")})
        where ('{ROW}' || source, source_record_id) in (select kind, value from {CLEAR_TRACES})
        order by all
    """)
    names = [it[0] for it in cursor.description or ()]
    for row in cursor.fetchall():
        yield Record(dict(zip(names, row, strict=True)))


def _audiences(search: Search, home: Path) -> Iterator[Record]:
    """Rows that hold a customer key or an identifier of the person, shared ones too."""
    rows = search.con.execute(
        f"select value from {CLEAR_TRACES} where kind = '{ROW}customer' or kind like 'identifier:%'"
        " union select value from temp.erasure_identifiers"
    ).fetchall()
    mine = {str(value) for (value,) in rows}
    for file in sorted((home / AUDIENCES).glob("**/*.csv")):
        with file.open(newline="", encoding="utf-8-sig") as handle:
            for row in csv.DictReader(handle):
                if mine & {it for it in row.values() if isinstance(it, str)}:
                    yield Record({"file": str(file.relative_to(home / AUDIENCES)), **row})


def _suppressed(search: Search, home: Path, key: bytes) -> Iterator[Record]:
    create_traces(search.con, key)
    if not listed(home):
        return
    read_list(search.con, home)
    hashed = keyed_hash("kind || ':' || value")
    known = set(
        search.con.execute(
            f"select kind, {hashed} from {CLEAR_TRACES}, temp.pads as pads"
            f" where (kind, {hashed}) in (select kind, hash from {TRACES})"
        ).fetchall()
    )
    for line in listed(home):
        said = json.loads(line)
        if (said["kind"], said["hash"]) in known:
            yield Record({"request": said["request"], "kind": said["kind"]})
