"""Where the dbt project is, its manifest, and dbt run inside this process.

dbt as a subprocess for each stage costs 5-6 CPU seconds of imports; in process it costs one import
and one parse a run. See docs/decisions/0002-one-run-one-process.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.runtime.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

PROJECT_DIR = PROJECT_ROOT / "dbt_project"
MANIFEST_PATH = PROJECT_DIR / "target" / "manifest.json"

_SILENT = ("--log-level", "none", "--no-use-colors")
_PLACES = ("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR))


class ManifestMissingError(Exception):
    """The manifest was not made yet."""


class DbtParseError(Exception):
    """The project itself is broken, whatever the data."""


@dataclass(frozen=True)
class StageRun:
    """One `dbt build` of a stage.

    Attributes:
        select: dbt selection of the stage.
        variables: the run's dbt vars (as_of, build_dir, timezone, ...).
        scratch: folder inside the build for dbt's own target and log, which can quote data.
        threads: dbt threads.
        only: ids of the nodes that there are for dbt, ancestors included; None: all. With a tenth
            of the project, dbt prepares a build in a tenth of the time.
    """

    select: str
    variables: Mapping[str, str]
    scratch: Path
    threads: int = 2
    only: frozenset[str] | None = None


def read_manifest() -> dict[str, Any]:
    """The parsed manifest; it is made by `make manifest`, never while the code location loads."""
    if not MANIFEST_PATH.is_file():
        raise ManifestMissingError(
            f"There is no dbt manifest at {MANIFEST_PATH.relative_to(PROJECT_ROOT)}: "
            "run `make manifest` (it parses the dbt project)."
        )
    manifest: dict[str, Any] = json.loads(MANIFEST_PATH.read_bytes())
    return manifest


def run_dbt(
    arguments: Sequence[str],
    manifest: Manifest | None = None,
    on_event: Callable[[Any], None] | None = None,
) -> dbtRunnerResult:
    """Run one dbt command in this process; afterwards its databases are closed.

    dbt keeps them open over all nodes of the command: to open and close them for each node costs a
    third of a stage. Left open, they would refuse the connection that follows.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(manifest=manifest, callbacks=[on_event] if on_event else [])
    try:
        return runner.invoke(list(arguments))
    finally:
        # Nothing public tells whether the command opened any.
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager.env().close()
            DuckDBConnectionManager.close_all_connections()


@cache
def _parsed() -> Manifest:
    parsed = run_dbt([*_SILENT, "parse", *_PLACES])
    if not parsed.success or parsed.result is None:
        raise DbtParseError(f"dbt cannot parse the project: {parsed.exception}")
    manifest: Manifest = parsed.result  # type: ignore[assignment]
    return manifest


def _known(only: frozenset[str] | None) -> Manifest:
    whole = _parsed()
    if only is None:
        return whole
    part = copy(whole)
    part.nodes = {key: node for key, node in whole.nodes.items() if key in only}
    part.unit_tests, part.exposures = {}, {}
    return part


def dbt_build(stage: StageRun, on_event: Callable[[Any], None]) -> list[str]:
    """Run `dbt build` for a stage in this process; unit tests stay with `make test`.

    Args:
        stage: what to build, and where.
        on_event: called with each of dbt's event messages.

    Returns:
        One line for each node that failed; empty when all is well.
    """
    arguments = [
        *_SILENT,
        "build",
        *_PLACES,
        "--target-path",
        str(stage.scratch / "target"),
        "--log-path",
        str(stage.scratch / "log"),
        "--vars",
        json.dumps(dict(stage.variables)),
        "--threads",
        str(stage.threads),
        "--exclude-resource-type",
        "unit_test",
        "--select",
        *stage.select.split(),
    ]
    outcome = run_dbt(arguments, _known(stage.only), on_event)
    if outcome.success:
        return []
    results = getattr(outcome.result, "results", None) or []
    failed = [
        f"{result.node.name}: {without_values(result.message or str(result.status))}"
        for result in results
        if str(result.status) in {"error", "fail", "runtime error"}
    ]
    return failed or [f"dbt stopped: {without_values(str(outcome.exception))}"]


def without_values(message: str) -> str:
    """A database message with every quoted or numeric value masked: errors quote the data."""
    first = " ".join(message.split())[:600]
    masked = re.sub(r"""'[^']*'|"[^"]*"|\{[^}]*\}?""", "'…'", first)
    return re.sub(r"\b\d{5,}\b", "…", masked)
