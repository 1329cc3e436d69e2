"""What a reader hands on: one query over the rows of one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.raw.contract_model import ObjectContract
from assets.raw.landing import LandedFile


@dataclass(frozen=True)
class Reading:
    """One file to be read: where, by which contract, over which connection."""

    con: duckdb.DuckDBPyConnection
    file: LandedFile
    obj: ObjectContract
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
        located: whether the query gives `_file` and `_landed_at` of each row too, because it reads
            more than one file.
        extra: further columns of the query, text, that are kept as they are.
    """

    query: str
    types: dict[str, str]
    rejects: str | None = None
    located: bool = False
    extra: tuple[str, ...] = ()
