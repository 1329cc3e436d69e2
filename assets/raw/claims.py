"""Landed files against what their senders say of them in a manifest."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from assets.raw import sql
from assets.raw.between_rows import CHECKED
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from assets.raw.files.delivery_manifest import SUFFIX, Claim, check_digest
from assets.raw.landing import Landed


def check_claim(con: duckdb.DuckDBPyConnection, obj: ObjectContract, delivery: Landed) -> None:
    """Compare the rows of a file, as they were read, with what its manifest says.

    Raises:
        FileError: a manifest is required and missing, or a figure is another one.
    """
    claim = delivery.claim
    if claim is None:
        if obj.manifest == "required":
            raise FileError(
                f"{delivery.path}: has no manifest; deliver {delivery.path}{SUFFIX}, or remove "
                "'manifest: required' from the contract"
            )
        return
    if delivery.rows_lost is not None:
        _check_what_is_left(con, delivery, claim)
        return
    check_digest(delivery, claim)
    columns = [(title, _column(obj, title, delivery), total) for title, total in _given(claim)]
    sums = "".join(f", coalesce(sum({sql.name(column.name)}), 0)" for _, column, _ in columns)
    (found,) = con.execute(
        f"select count(*){sums} from {CHECKED} where _file = {sql.text(delivery.path)}"
    ).fetchall()
    if claim.rows not in (None, found[0]):
        raise FileError(
            f"{delivery.path}: has {found[0]:,} rows, by its manifest {claim.rows:,}; "
            "the file was cut, or the manifest is another file's: deliver both again"
        )
    for (title, _, claimed), summed in zip(columns, found[1:], strict=True):
        if Decimal(claimed) != summed:
            raise FileError(
                f"{delivery.path}: the total of {title} is {summed:,}, by its manifest "
                f"{Decimal(claimed):,}; deliver both again"
            )


def _check_what_is_left(con: duckdb.DuckDBPyConnection, delivery: Landed, claim: Claim) -> None:
    """Of a copy that lost rows on purpose only their number is known."""
    (found,) = con.execute(
        f"select count(*) from {CHECKED} where _file = {sql.text(delivery.path)}"
    ).fetchall()
    if claim.rows is not None and found[0] != claim.rows - (delivery.rows_lost or 0):
        raise FileError(
            f"{delivery.path}: has {found[0]:,} rows, by its manifest {claim.rows:,} less "
            f"{delivery.rows_lost:,} that were erased or too old; restore the copy from the backup"
        )


def _given(claim: Claim) -> list[tuple[str, str]]:
    return list((claim.totals or {}).items())


def _column(obj: ObjectContract, title: str, delivery: Landed) -> Column:
    for column in obj.columns:
        if title in (column.name, column.title):
            if column.is_decimal or column.type in ("bigint", "integer"):
                return column
            raise FileError(
                f"{delivery.path}{SUFFIX}: {title[:60]!r} is a {column.type}, which has no exact "
                "total; declare it as decimal(18,2) or take the total away"
            )
    raise FileError(
        f"{delivery.path}{SUFFIX}: names a total of {title[:60]!r}, which is no column of the "
        "contract; name one, or take the total away"
    )
