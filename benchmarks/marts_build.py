"""How long the star schema and the marts take on a build that is there, against a physical floor.

    python -m benchmarks.marts_build [--home var]

Takes the published build of an instance (`make run CUSTOMERS=100000` makes one of that size),
copies it, and builds core and marts on the copy as a night does, data tests and contracts with it.
The floor, measured in the same run, is what nobody can do without: read every fact once and write
every mart once. Printed are seconds and CPU seconds of each stage, the ratio to the floor, and the
ten slowest models.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from assets.warehouse.defs import STAGES, dbt_variables
from assets.warehouse.project import StageRun, dbt_build
from benchmarks.against_floor import Spent, measured, print_against
from pipelines.runtime.builds import Build
from pipelines.runtime.settings import PROJECT_ROOT, load_settings

MEASURED = ("dbt_core", "dbt_marts")
SLOWEST = 10


def floor(build: Build) -> Spent:
    """Read every fact of core once, and write a table of the rows of every mart."""
    with build.connect() as con:
        con.execute("create schema warehouse.floor").fetchall()
        tables = con.execute(
            "select schema_name, table_name, list(column_name order by column_index)"
            " from duckdb_columns() where database_name = 'warehouse' and not internal"
            " and (schema_name = 'marts' or (schema_name = 'core' and table_name like 'fct_%'))"
            " group by all order by all"
        ).fetchall()

        def work() -> None:
            for schema, table, columns in tables:
                if schema == "core":
                    counts = ", ".join(f'count("{column}")' for column in columns)
                    statement = f"select {counts} from warehouse.core.{table}"
                else:
                    statement = (
                        f"create table warehouse.floor.{table} as from warehouse.marts.{table}"
                    )
                con.execute(statement).fetchall()
            con.execute("checkpoint warehouse").fetchall()

        spent = measured(work)
        con.execute("drop schema warehouse.floor cascade").fetchall()
    return spent


def build_stages(build: Build, variables: Mapping[str, str]) -> dict[str, Spent]:
    """Build core and marts as a night does, after the seeds: the first call also parses dbt."""
    spent: dict[str, Spent] = {}
    models: dict[str, float] = {}
    seeds = StageRun("resource_type:seed", variables, build.folder / "dbt" / "seeds")
    _build(seeds, lambda event: None)

    def keep(event: Any) -> None:
        if event.info.name == "LogModelResult":
            models[event.data.node_info.node_name] = event.data.execution_time

    for stage in STAGES:
        if stage.name in MEASURED:
            run = StageRun(stage.select, variables, build.folder / "dbt" / stage.name)
            spent[stage.name] = measured(partial(_build, run, keep))
    _print_slowest(models)
    return spent


def _build(run: StageRun, keep: Callable[[Any], None]) -> None:
    failed = dbt_build(run, keep)
    if failed:
        raise SystemExit(f"{len(failed)} nodes failed: {failed[0]}")


def _print_slowest(models: Mapping[str, float]) -> None:
    print(f"\nThe {SLOWEST} slowest of {len(models)} models, seconds (two run side by side):")
    for name, seconds in sorted(models.items(), key=lambda item: -item[1])[:SLOWEST]:
        print(f"  {seconds:7.2f}  {name}")


def _published(home: Path) -> tuple[Path, str]:
    current = home / "publish" / "current"
    if not current.is_symlink():
        raise SystemExit(f"{home} has no publication yet: `make run` makes one")
    publication = json.loads((current / "publication.json").read_text())
    return home / "builds" / current.readlink().name, publication["as_of"]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, help="instance, else that of the settings")
    arguments = parser.parse_args()
    settings = load_settings()
    folder, as_of = _published(PROJECT_ROOT / (arguments.home or settings.home))
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="bench-") as scratch:
        for name in ("vault.duckdb", "warehouse.duckdb"):
            shutil.copy(folder / name, scratch)
        build = Build(Path(scratch), settings.memory_limit, settings.threads)
        with build.connect() as con:
            [(customers, orders)] = con.execute(
                "select (select count(*) from warehouse.core.dim_customers where is_counted),"
                " (select count(*) from warehouse.core.fct_orders)"
            ).fetchall()
        print(f"{customers:,} customers, {orders:,} orders, as of {as_of}")
        lowest = floor(build)
        spent = build_stages(build, dbt_variables(settings, build, as_of))
    print_against(lowest, spent)


if __name__ == "__main__":
    main()
