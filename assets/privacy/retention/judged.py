"""The landed records of an object, judged as a load judges them: which are past their limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from assets.raw import sql
from assets.raw.between_rows import CHECKED
from assets.raw.contract_model import ObjectContract
from assets.raw.loading import judge_together
from assets.raw.mends import Mend, value_in_payload
from assets.raw.retention import EXPIRED, Horizon, limited_columns, past_value

BEFORE = "temp.retention_before"
"""The rows as they were read, while CHECKED holds what became of them."""

Place = tuple[str, int]
"""File or page, as `_file` of the rows, and number of the record in it."""


@dataclass(frozen=True)
class Purging:
    """What everything is judged by.

    Attributes:
        con: In memory; it has no build attached.
        home: Folder of the instance.
        scratch: Folder for files in the clear; the caller removes it.
        horizon: From where the limits reach back.
        dry_run: Whether it is only counted what would go.
    """

    con: duckdb.DuckDBPyConnection
    home: Path
    scratch: Path
    horizon: Horizon
    dry_run: bool = False


@dataclass
class Lost:
    """What went, or would go: records, values of records that stay, mends, and the files of all."""

    rows: int = 0
    values: int = 0
    mends: int = 0
    files: int = 0

    def add(self, other: Lost) -> None:
        """Count both together."""
        self.rows += other.rows
        self.values += other.values
        self.mends += other.mends
        self.files += other.files


@dataclass
class Judged:
    """What becomes of the rows in CHECKED.

    Attributes:
        expired: Places of which a row is past its limit.
        kept: Places of which a row is not.
        cleared: Places that lose a value, by title of its column.
        past: Places where a value of that title, if there is one, is past its limit.
        prints: Fingerprints of what was refused, by place.
    """

    expired: set[Place] = field(default_factory=set)
    kept: set[Place] = field(default_factory=set)
    cleared: dict[str, set[Place]] = field(default_factory=dict)
    past: dict[str, set[Place]] = field(default_factory=dict)
    prints: dict[Place, list[str]] = field(default_factory=dict)


def judge(
    purging: Purging,
    obj: ObjectContract,
    mends: Sequence[Mend] = (),
    digests: dict[str, str] | None = None,
    extra: Sequence[str] = (),
) -> Judged:
    """Judge the rows in CHECKED; those as they were read are in BEFORE afterwards.

    Args:
        purging: What they are judged by.
        obj: Their contract.
        mends: Of the object.
        digests: SHA-256 of each delivered file, by path; none for pages.
        extra: Undeclared columns of CHECKED.
    """
    con, horizon = purging.con, purging.horizon
    con.execute(
        "create or replace temp table retention_before as"
        f" select _file, _position, _row_hash from {CHECKED}"
    ).fetchall()
    found = Judged(prints=fingerprints(con))
    for column in limited_columns(obj):
        value = f"cast({sql.name(column.name)} as varchar)"
        held = f"coalesce({value}, {value_in_payload(column.title)}, '') <> ''"
        is_past = past_value(obj, column, horizon)
        found.cleared[column.title] = _places(con, f"({is_past}) and {held}")
    judge_together(con, obj, mends, digests or {}, extra, horizon)
    for column in limited_columns(obj):
        found.past[column.title] = _places(con, past_value(obj, column, horizon))
    found.expired = _places(con, f"_rule = {sql.text(EXPIRED)}")
    found.kept = _places(con, f"_rule is distinct from {sql.text(EXPIRED)}")
    return found


def fingerprints(con: duckdb.DuckDBPyConnection) -> dict[Place, list[str]]:
    """Of the refused rows in CHECKED."""
    rows = con.execute(
        f"select _file, _position, sha256(_payload) from {CHECKED}"
        " where _rule is not null and _payload is not null order by all"
    ).fetchall()
    found: dict[Place, list[str]] = {}
    for file, position, print_ in rows:
        found.setdefault((file, position), []).append(print_)
    return found


def rows_missing(con: duckdb.DuckDBPyConnection, touched: set[Place]) -> int:
    """How many rows of BEFORE that nothing was to happen to are not in CHECKED any more."""
    con.execute(
        "create or replace temp table retention_touched (_file varchar, _position bigint)"
    ).fetchall()
    if touched:
        con.executemany(
            "insert into temp.retention_touched values (?, ?)", [list(it) for it in touched]
        ).fetchall()
    ((count,),) = con.execute(f"""
        select count(*) from (
            select _file, _row_hash from {BEFORE}
            anti join temp.retention_touched using (_file, _position)
            except all
            select _file, _row_hash from {CHECKED}
        )
    """).fetchall()
    return int(count)


def _places(con: duckdb.DuckDBPyConnection, condition: str) -> set[Place]:
    return set(
        con.execute(f"select distinct _file, _position from {CHECKED} where {condition}").fetchall()
    )
