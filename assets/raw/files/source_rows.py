"""What a reader hands on: one query over the rows of one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.raw.contract_model import ObjectContract
from assets.raw.landing import LandedFile


@dataclass(frozen=True)
class Reading:
    """One file to be read: where, by which contract, over which connection.

    `plain` is the landed copy as it was delivered, in `scratch`.
    """

    con: duckdb.DuckDBPyConnection
    file: LandedFile
    obj: ObjectContract
    plain: Path
    scratch: Path

    @property
    def path(self) -> str:
        """The delivered path, for messages."""
        return self.file.delivery.path


@dataclass(frozen=True)
class SourceRows:
    """The rows of one file, not yet read.

    Attributes:
        query: a select of `_position` (record number, from 1), `_rule` and `_reason` (null unless
            the reader already found the row faulty), `_payload` (the row as JSON text, may be null)
            and one column per column of the contract, by raw name, as read.
        types: DuckDB type of each of these columns, by raw name.
        rejects: a select of the same first four columns for the records that could not be split
            into columns; called after the query has run, None when there can be none.
        extra: further columns of the query, text, that are kept as they are.
        is_ended: whether the file ends where a record ends, as far as one can see.
    """

    query: str
    types: dict[str, str]
    rejects: str | None = None
    extra: tuple[str, ...] = ()
    is_ended: bool = True
