"""A fault before each of the eight gates stops the night at that gate, in words that say why.

Eight whole nights would take a quarter of an hour. Here a small company is published once, and
- the faults that come with the files (raw, staging) run the whole night with `make run`'s command;
- the others come into the build that the stage before their gate left, and the nightly job goes on
  from that gate to its end (rest_of_night.py): the same job, the same gates, the same summary.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from assets.raw.contract import load_contracts
from assets.warehouse.project import read_manifest
from expectations.defs import boundaries
from tests.integration import breaks
from tests.integration.company import ROOT, Instance, copy_of, new_instance
from tests.integration.rest_of_night import CANARY_PHONE, FAULTS, Fault, happened

pytestmark = pytest.mark.pipeline

LONGEST_SENTENCE = 400
"""Characters: what fits on the check's page without scrolling."""

STAGES_AFTER = {
    "raw": ("staging", "identity", "core", "enrich", "marts", "publish"),
    "staging": ("identity", "core", "enrich", "marts", "publish"),
    "row_accounting": ("core", "enrich", "marts", "publish"),
    "identity": ("core", "enrich", "marts", "publish"),
    "core": ("enrich", "marts", "publish"),
    "enrich": ("marts", "publish"),
    "marts": ("publish",),
    "publish": ("publish/publication",),
}
"""What the run must not have built when a gate stopped it."""


@dataclass(frozen=True)
class Stopped:
    """A run with a fault: what it told, started and built, and the publication after it."""

    fault: Fault
    exit_code: int
    said: str
    started: list[str]
    built: list[str]
    failed: list[dict[str, Any]]
    publication: dict[str, str]


@dataclass(frozen=True)
class Nights:
    """The publication before any fault, and the run that each boundary stopped."""

    live: str
    publication: dict[str, str]
    stopped: dict[str, Stopped]
    home: Path


@pytest.fixture(scope="module")
def nights(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder = tmp_path_factory.mktemp("stopped")
    shutil.copytree(small_files, folder / "data")
    instance = new_instance(folder / "data", folder / "home")
    first = instance.run()
    assert first.returncode == 0, first.stdout + first.stderr[-3000:]
    live, before = os.readlink(instance.current), _publication(instance)
    stopped = {
        fault.boundary: _by_file(instance, folder / fault.boundary, fault, breaker)
        for fault, breaker in BY_FILE
    }
    rest = folder / "rest"
    rest.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.rest_of_night", str(rest)],
        cwd=ROOT,
        env=instance.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    for fault in FAULTS:
        told = json.loads((rest / f"{fault.boundary}.json").read_text())
        del told["run_id"]
        stopped[fault.boundary] = Stopped(fault, publication=_publication(instance), **told)
    return Nights(live, before, stopped, instance.home)


def half_of_the_headers(data: Path) -> None:
    """The export of the order headers was cut: every second one is missing."""
    file = data / "orders" / "order_headers.parquet"
    kept = duckdb.sql(f"select * from '{file}' where hash(basket_id) % 2 = 0").to_arrow_table()
    duckdb.from_arrow(kept).write_parquet(str(file))


BY_FILE = (
    (
        Fault("raw", "", "raw/orders/refunds", "quarantined"),
        breaks.flood_of_negative_amounts,
    ),
    (
        Fault(
            "staging",
            "",
            "staging/stg_orders__order_headers",
            "at least 99 % of the orders that have lines have a header",
        ),
        half_of_the_headers,
    ),
)


def _by_file(
    published: Instance, folder: Path, fault: Fault, breaker: Callable[[Path], None]
) -> Stopped:
    instance = copy_of(published, folder)
    breaker(instance.data)
    done = instance.run()
    log = dg.DagsterInstance.from_config(str(instance.home / "dagster"))
    told = happened(log, log.get_runs(limit=1)[0].run_id)
    return Stopped(
        fault,
        done.returncode,
        done.stdout,
        told["started"],
        told["built"],
        told["failed"],
        _publication(instance),
    )


def _publication(instance: Instance) -> dict[str, str]:
    """What readers get: the link that they follow, and every file behind it."""
    digests = {
        str(file.relative_to(instance.current)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(instance.current.rglob("*"))
        if file.is_file()
    }
    return {"current": os.readlink(instance.current), **digests}


ALL = [*(fault for fault, _ in BY_FILE), *FAULTS]

each_boundary = pytest.mark.parametrize("boundary", [fault.boundary for fault in ALL])


def test_every_boundary_has_a_fault() -> None:
    contracts = load_contracts(ROOT / "demo" / "sources")
    known = [boundary.name for boundary in boundaries(contracts, read_manifest())]
    assert [fault.boundary for fault in ALL] == known


@each_boundary
def test_the_run_stops_at_that_gate(nights: Nights, boundary: str) -> None:
    stopped = nights.stopped[boundary]
    assert stopped.exit_code == 1
    assert f"gate_{boundary}" in stopped.started
    stages = tuple(f"{stage}/" for stage in STAGES_AFTER[boundary])
    assert [asset for asset in stopped.built if asset.startswith(stages)] == []
    assert "publish__publication" not in stopped.started


@each_boundary
def test_the_ui_says_why_in_one_sentence(nights: Nights, boundary: str) -> None:
    stopped = nights.stopped[boundary]
    (check,) = [c for c in stopped.failed if c["asset"] == stopped.fault.subject]
    assert (check["check"], check["blocking"]) == ("gate", True)
    # One fault may break several rules, and each has a sentence of its own.
    sentences = re.split(r"; (?=[\w.]+: )", check["description"])
    (said,) = [sentence for sentence in sentences if stopped.fault.words in sentence]
    assert len(said) <= LONGEST_SENTENCE, said
    assert {c["check"] for c in stopped.failed} == {"gate"}


@each_boundary
def test_the_user_is_told_and_readers_keep_what_they_had(nights: Nights, boundary: str) -> None:
    stopped = nights.stopped[boundary]
    assert f"stopped by: {stopped.fault.subject}" in stopped.said
    assert f"Nothing was published. Readers still see run {nights.live}" in stopped.said
    assert stopped.publication == nights.publication


def test_what_a_gate_found_is_repeated_nowhere(nights: Nights) -> None:
    """Not in results, Data Docs, history, the event log of Dagster with all metadata, or a log."""
    builds = nights.home / "builds"
    searched = [f for f in nights.home.rglob("*") if f.is_file() and builds not in f.parents]
    assert len([file for file in searched if "quality" in file.parts]) > 100
    assert [file for file in searched if CANARY_PHONE.encode() in file.read_bytes()] == []
    assert CANARY_PHONE not in nights.stopped["publish"].said
