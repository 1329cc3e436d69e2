"""Where the canary stands: in bytes of files, in what is packed or sealed in them, in tables."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import SUFFIX, read_sealed
from tests.integration.one_person.canary import PROBES, is_named


def in_bytes(home: Path, probes: Sequence[str] = PROBES) -> dict[str, list[str]]:
    """Files whose bytes, or unpacked bytes, name the person; by path."""
    found = {}
    for file in sorted(home.rglob("*")):
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            if content[:2] == b"\x1f\x8b":
                content += gzip.decompress(content)
            if named := is_named(content, probes):
                found[str(file.relative_to(home))] = named
    return found


def in_tables(home: Path, probes: Sequence[str] = PROBES) -> list[str]:
    """Columns of databases and Parquet files that name the person: what compression hides."""
    found = []
    for file in sorted(home.rglob("*.duckdb")):
        if not any(part.is_symlink() for part in file.parents):
            found += [f"{file.relative_to(home)}: {place}" for place in _in_database(file, probes)]
    for file in sorted(home.rglob("*.parquet")):
        if not any(part.is_symlink() for part in file.parents):
            found += [f"{file.relative_to(home)}: {place}" for place in _in_parquet(file, probes)]
    return found


def in_landing(home: Path, scratch: Path) -> list[str]:
    """Sealed copies that name the person once they are opened."""
    keys = landing_keys(home)
    found = []
    for file in sorted((home / "landing").rglob(f"*{SUFFIX}")):
        content = b"".join(read_sealed(file, keys))
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        if content[:4] == b"PAR1":
            opened = scratch / "opened.parquet"
            opened.write_bytes(content)
            named = _in_parquet(opened, PROBES)
        else:
            named = is_named(content)
        found += [f"{file.relative_to(home)}: {it}" for it in named]
    return found


def _in_database(file: Path, probes: Sequence[str]) -> Iterator[str]:
    with duckdb.connect() as con:
        con.execute(f"attach '{file}' as searched (read_only)").fetchall()
        columns = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " semi join duckdb_tables() as tables using (database_name, schema_name, table_name)"
            " where database_name = 'searched' order by all"
        ).fetchall()
        for schema, table, column in columns:
            if _count(con, f'searched."{schema}"."{table}"', column, probes):
                yield f"{schema}.{table}.{column}"


def _in_parquet(file: Path, probes: Sequence[str]) -> list[str]:
    with duckdb.connect() as con:
        columns = con.execute(f"describe select * from '{file}'").fetchall()
        return [row[0] for row in columns if _count(con, f"'{file}'", row[0], probes)]


def _count(
    con: duckdb.DuckDBPyConnection, relation: str, column: str, probes: Sequence[str]
) -> int:
    return con.execute(
        f'select count(*) from {relation} where regexp_matches("{column}"::varchar, $1)',
        ["|".join(map(re.escape, probes))],
    ).fetchall()[0][0]
