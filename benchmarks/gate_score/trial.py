"""One fault on its night: put in, run through the gates, and judged."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from assets.raw.connector.errors import SourceError
from assets.raw.errors import FileError
from benchmarks.gate_score.base import Instance
from benchmarks.gate_score.changes import Changes
from benchmarks.gate_score.delivered import Delivered
from benchmarks.gate_score.faults import FAULTS, Built
from benchmarks.gate_score.gates import Finding, LastGood
from benchmarks.gate_score.landing import load, raw_tables
from benchmarks.gate_score.night import Night, Plan
from benchmarks.gate_score.score import Verdict
from benchmarks.gate_score.world import evening_of
from pipelines.runtime.builds import Build

STARTS = {
    "staging": "models of staging",
    "identity": "identity",
    "core": "models of core",
    "enrich": "enrich",
    "marts": "models of marts",
    "publish": "tests of publish",
}
"""Where a night goes on whose table of that schema is wrong."""


class NothingChangedError(Exception):
    """The mutation left its data as they were: the harness is wrong, not the gates."""


@dataclass(frozen=True)
class Ground:
    """What faults are put into.

    Attributes:
        instance: The instance with the good nights.
        as_of: Business date of the night that meets the fault.
        last: The last good build before it.
        warnings: What that night warns of without any fault, by boundary and rule.
    """

    instance: Instance
    as_of: date
    last: LastGood
    warnings: frozenset[tuple[str, str]]


def try_fault(ground: Ground, plan_of: Plan, name: str, stage: str, scratch: Path) -> Verdict:
    """Put one fault into a copy of the night, and see what becomes of it."""
    began = time.perf_counter()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    origin = ground.instance.build(ground.as_of)
    build = Build(scratch / "build", threads=1)
    build.folder.mkdir()
    shutil.copyfile(origin.warehouse_path, build.warehouse_path)
    shutil.copyfile(origin.vault_path, build.vault_path)
    try:
        with build.connect() as con:
            night = Night(plan_of, con, build, ground.as_of, ground.last, Changes(con))
            if name in FAULTS.delivered:
                end, faulty, kept = _delivered(ground, night, name, scratch)
            else:
                end, faulty, kept = _built(ground, night, name), 0, 0
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return _verdict(ground, night, name, stage, end, faulty, kept, time.perf_counter() - began)


def _delivered(ground: Ground, night: Night, name: str, scratch: Path) -> tuple[str, int, int]:
    """Returns how the night ended, how many rows were wrong, how many of them were refused."""
    data = scratch / "data"
    shutil.copytree(ground.instance.evening(ground.as_of), data)
    two_days_ago = ground.instance.evening(ground.as_of - timedelta(days=2))
    files = Delivered(data, ground.as_of, two_days_ago)
    try:
        faulty = FAULTS.delivered[name](files)
    finally:
        files.con.close()
    home = scratch / "home"
    for source, obj in files.touched:
        stream = files.objects[source, obj].stream
        landed = ground.instance.root / "landing_before" / source / (stream or obj)
        if landed.exists():
            shutil.copytree(landed, home / "landing" / source / (stream or obj))
    quarantined = _quarantined(night)
    try:
        load(
            night.con,
            home,
            data,
            evening_of(ground.as_of),
            night.plan.settings.key_file,
            files.touched,
        )
    except (FileError, SourceError) as error:
        night.findings.append(Finding("landing", type(error).__name__, True, str(error)[:300]))
        return "refused", faulty, 0
    assert night.changes is not None
    for touched in files.touched:
        night.changes.dirty |= raw_tables(*touched)
    return night.run(), faulty, _quarantined(night) - quarantined


def _quarantined(night: Night) -> int:
    query = (
        "select coalesce(sum(rows_quarantined), 0) from"
        " (select distinct on (source, object) * from vault.accounting.landed)"
    )
    return int(night.con.execute(query).fetchall()[0][0])


def _built(ground: Ground, night: Night, name: str) -> str:
    table, mutation = FAULTS.built[name]
    catalog, schema, _ = table.split(".")
    changes = night.changes
    assert changes is not None
    earlier = ground.last.folder / f"{catalog}.duckdb"
    before = changes.fingerprint(table)
    night.con.execute(f"attach '{earlier}' as earlier (read_only)").fetchall()
    built = Built(night.con, ground.as_of, table, table.replace(catalog, "earlier", 1))
    mutation(built)
    night.con.execute("detach earlier").fetchall()
    if changes.fingerprint(table) == before:
        raise NothingChangedError(name)
    changes.dirty |= {table, *built.beside}
    return night.run(STARTS[schema])


def _verdict(
    ground: Ground,
    night: Night,
    name: str,
    stage: str,
    end: str,
    faulty: int,
    kept: int,
    seconds: float,
) -> Verdict:
    blocking = [each for each in night.findings if each.blocks]
    warned = [
        each
        for each in night.findings
        if not each.blocks and (each.boundary, each.rule) not in ground.warnings
    ]
    if end == "refused":
        outcome = "refused"
    elif blocking:
        outcome = "stopped"
    elif faulty and kept >= faulty:
        outcome = "quarantined"
    elif name in FAULTS.delivered and _is_as_healthy(night):
        outcome = "harmless"
    else:
        outcome = "warned" if warned else "survived"
    shown = blocking or warned
    return Verdict(
        kind=name,
        stage=stage,
        outcome=outcome,
        where=blocking[0].boundary if blocking else "",
        rules=tuple(dict.fromkeys(each.rule for each in shown)),
        said=shown[0].said if shown else "",
        faulty_rows=faulty,
        quarantined_rows=kept,
        seconds=round(seconds, 1),
    )


def _is_as_healthy(night: Night) -> bool:
    """Whether every table from staging on holds what it holds on the healthy night."""
    assert night.changes is not None
    views = {node.relation for node in night.plan.project.nodes if node.is_view}
    loaded = ("vault.raw.", "vault.quarantine.", "vault.accounting.")
    return all(each.startswith(loaded) for each in night.changes.dirty - views)
