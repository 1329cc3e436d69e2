"""Where the vault lies that is to be explained, and how it is opened: read-only, always."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from assets.enrich.identity.explain.model import ExplainError
from pipelines.runtime.builds import Build, builds_folder
from pipelines.runtime.databases import attach, connect
from pipelines.runtime.settings import Settings


def find_build(settings: Settings, named: str = "") -> Build:
    """The live build, or the one named by run id, folder or path of its vault.

    Raises:
        ExplainError: there is none; the line says what to do.
    """
    if named:
        path = Path(named).expanduser()
        folder = path.parent if path.name == "vault.duckdb" else path
        candidates = [folder, builds_folder(settings) / named]
        found = [Build(place) for place in candidates if Build(place).vault_path.is_file()]
        if not found:
            raise ExplainError(
                f"BUILD={named}: no vault.duckdb there; name the folder of a build or its run id "
                f"(builds lie in {builds_folder(settings)})"
            )
        return found[0]
    if not settings.publish_current.exists():
        raise ExplainError(
            "Nothing is published yet; run `make run` first, or name a build with BUILD="
        )
    live = Build(builds_folder(settings) / settings.publish_current.resolve().name)
    if not live.vault_path.is_file():
        raise ExplainError(
            f"The build of the live run {live.run_id} is gone; run `make run`, or name another "
            "one with BUILD="
        )
    return live


@contextmanager
def open_read_only(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the build's vault attached read-only as `vault`.

    Raises:
        ExplainError: a run is writing the build, or it got no identity tables.
    """
    # Spill files hold personal values, so they may lie in the build's own folder only.
    with connect(build.spill_folder) as con:
        try:
            attach(con, build.vault_path, "vault")
        except duckdb.IOException:
            raise ExplainError(
                f"The build {build.run_id} cannot be opened; is a run still writing it?"
            ) from None
        [(tables,)] = con.execute(
            "select count(*) from duckdb_tables() where database_name = 'vault' and "
            "schema_name = 'identity' and table_name in ('customers_map', 'links', 'identifiers')"
        ).fetchall()
        if tables < 3:
            raise ExplainError(
                f"The build {build.run_id} ended before identity resolution; name another one"
            )
        yield con
