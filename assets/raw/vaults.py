"""The vault of a build, for looking into: which one, and opened so that nothing can be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.raw.contract import SourceContract, each_object
from assets.raw.contract_model import ObjectContract
from assets.raw.errors import FileError
from pipelines.runtime.builds import Build, builds_folder
from pipelines.runtime.databases import attach, connect
from pipelines.runtime.settings import Settings


def newest_build(settings: Settings, named: str = "") -> Build:
    """The build that was written last, published or stopped; or the one named by run id or folder.

    Raises:
        FileError: there is none.
    """
    folder = builds_folder(settings)
    if named:
        for place in (folder / named, Path(named).expanduser()):
            if Build(place).vault_path.is_file():
                return Build(place)
        raise FileError(f"BUILD={named}: no vault.duckdb there; the builds lie in {folder}")
    vaults = sorted(folder.glob("*/vault.duckdb"), key=lambda vault: vault.stat().st_mtime_ns)
    if not vaults:
        raise FileError(f"no build in {folder}; run `make run` first, or name one with BUILD=")
    return Build(vaults[-1].parent)


@contextmanager
def open_vault(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the build's vault attached read-only as `vault`.

    Raises:
        FileError: a run is writing the build.
    """
    # Spill files hold personal values, so they may lie in the build's own folder only.
    with connect(build.spill_folder) as con:
        try:
            attach(con, build.vault_path, "vault")
        except duckdb.IOException:
            raise FileError(
                f"the build {build.run_id} cannot be opened; is a run still writing it?"
            ) from None
        yield con


def object_named(
    contracts: list[SourceContract], named: str
) -> tuple[SourceContract, str, ObjectContract]:
    """The object of a name such as `orders.refunds`.

    Raises:
        FileError: no contract declares it.
    """
    for contract, name, obj in each_object(contracts):
        if f"{contract.source}.{name}" == named:
            return contract, name, obj
    raise FileError(f"{named[:80]}: no contract declares this object; write <source>.<object>")


def has_table(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the vault has a table."""
    return con.execute(
        "select count(*) from duckdb_tables() where database_name = 'vault' "
        "and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall() != [(0,)]
