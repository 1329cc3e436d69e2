"""Parquet files: native types, checked and cast value by value."""

from __future__ import annotations

from typing import Any

import duckdb

from assets.raw import sql
from assets.raw.errors import FileError
from assets.raw.files.headers import match_header
from assets.raw.files.source_rows import Reading, SourceRows


def read_parquet(reading: Reading) -> SourceRows:
    """The rows of one Parquet file.

    A header such as `device.category` is looked up inside the column `device`; what else there is
    inside is left alone.

    Raises:
        FileError: no Parquet file, or other columns than declared.
    """
    scan = f"read_parquet([{sql.text(reading.plain)}])"
    try:
        described = reading.con.sql(f"select * from {scan}")
        types = dict(zip(described.columns, described.types, strict=True))
    except duckdb.Error:
        raise FileError(
            f"{reading.path}: is no readable Parquet file (cut or of another format); "
            "deliver it again or mend 'format' in the contract"
        ) from None
    found = _with_nested(types, [column.title for column in reading.obj.columns])
    columns = match_header(reading, list(found))
    values = ", ".join(
        f"{_expression(column.title, types)} as {sql.name(column.name)}" for column in columns
    )
    query = f"""
        select
            file_row_number + 1 as _position,
            null::varchar as _rule,
            null::varchar as _reason,
            null::varchar as _payload,
            {values}
        from {scan.removesuffix(")")}, file_row_number = true)
    """
    return SourceRows(query, {column.name: found[column.title] for column in columns})


def _with_nested(types: dict[str, Any], titles: list[str]) -> dict[str, str]:
    """Type by name: the columns of the file, those that are only declared inside by their paths."""
    found: dict[str, str] = {}
    for name, kind in types.items():
        inside = {
            title: nested
            for title in titles
            if title not in types and title.startswith(f"{name}.")
            if (nested := _nested_type(kind, title.removeprefix(f"{name}.").split(".")))
        }
        if name in titles or not inside:
            found[name] = str(kind)
        found |= inside
    return found


def _nested_type(kind: Any, path: list[str]) -> str | None:
    """The type at a path inside a struct; None when there is nothing."""
    for part in path:
        if kind.id != "struct":
            return None
        kind = dict(kind.children).get(part)
        if kind is None:
            return None
    return str(kind)


def _expression(title: str, types: dict[str, Any]) -> str:
    if title in types:
        return sql.name(title)
    top = next(name for name in types if title.startswith(f"{name}."))
    inside = title.removeprefix(f"{top}.").split(".")
    return sql.name(top) + "".join(f"[{sql.text(part)}]" for part in inside)
