"""The rest of a night from each gate on, with a fault that came into the build before that gate.

Run as a command in the environment of an instance that has published: `python -m
tests.integration.rest_of_night FOLDER`. For each fault the build of a new run is filled with the
databases of the live build, as they stood when the stage before the gate was done, and one
statement breaks them. Then the nightly job runs from that gate to the publication, in this process
and with the words of `make run`. One process does all of them: starting it takes longer than a
gate. What happened is written to FOLDER as JSON, a file for each boundary.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg

from assets.raw.contract import load_contracts
from assets.warehouse.project import read_manifest
from expectations.defs import CHECK_NAME, Boundary, boundaries
from pipelines.definitions import build_definitions
from pipelines.jobs import NIGHTLY
from pipelines.run import run_job
from pipelines.runtime.builds import Build, builds_folder, open_build, seed_from
from pipelines.runtime.settings import Settings, load_settings


@dataclass(frozen=True)
class Fault:
    """What a stage did wrong, as a statement, and where it must be found and in which words."""

    boundary: str
    statement: str
    subject: str
    words: str


CANARY_PHONE = "138 0013 8000"
"""Planted before the last gate; no result of any gate may repeat it."""

FAULTS = (
    Fault(
        "row_accounting",
        "delete from vault.staging.stg_service__tickets where ticket_id ="
        " (select min(ticket_id) from vault.staging.stg_service__tickets)",
        "staging/row_accounting",
        "service.tickets",
    ),
    Fault(
        "identity",
        "update vault.identity.night_report set figure = 2 * upper_limit"
        " where measure = 'largest_customer'",
        "identity/customers_map",
        "largest_customer is",
    ),
    Fault(
        "core",
        "update warehouse.core.fct_orders set net_amount = net_amount + 0.01 where order_id ="
        " (select min(order_id) from warehouse.core.fct_orders)",
        "core/fct_orders",
        "1 orders differ from the sum of their lines",
    ),
    Fault(
        "enrich",
        "delete from warehouse.enrich.customer_value_predictions where customer_key ="
        " (select min(customer_key) from warehouse.enrich.customer_value_predictions)",
        "enrich/customer_value_predictions",
        "1 customers have no prediction, more than one, or one without a purchase",
    ),
    Fault(
        "marts",
        "insert into warehouse.marts.rfm select * from warehouse.marts.rfm limit 1",
        "marts/rfm",
        "1 customers are missing, doubled or not to be there",
    ),
    Fault(
        "publish",
        f"update warehouse.core.fct_feedback set comment_text = 'call {CANARY_PHONE} after six'"
        " where response_id = (select min(response_id) from warehouse.core.fct_feedback)",
        "publish/fct_feedback",
        "Chinese mobile in column comment_text: 1 different texts",
    ),
)


def main(folder: Path) -> None:
    """Run the rest of a night for each fault, and write what happened."""
    settings = load_settings()
    known = boundaries(load_contracts(settings.sources), read_manifest())
    by_name = {boundary.name: boundary for boundary in known}
    job = build_definitions(settings).resolve_job_def(NIGHTLY)
    for fault in FAULTS:
        told = _rest_of_night(job, settings, by_name[fault.boundary], fault.statement)
        (folder / f"{fault.boundary}.json").write_text(json.dumps(told))


def _rest_of_night(
    job: dg.JobDefinition, settings: Settings, boundary: Boundary, statement: str
) -> dict[str, Any]:
    run_id, instance = str(uuid4()), dg.DagsterInstance.get()
    live = Build(builds_folder(settings) / settings.publish_current.readlink())
    build = open_build(settings, run_id)
    seed_from(build, live)
    with build.connect() as connection:
        ((changed,),) = connection.execute(statement).fetchall()
        assert changed, f"{boundary.name}: the fault changed nothing"
    assert settings.as_of is not None
    said = io.StringIO()
    with redirect_stdout(said):
        exit_code = run_job(_from(job, boundary), settings, settings.as_of, instance, run_id)
    return {"exit_code": exit_code, "said": said.getvalue(), **happened(instance, run_id)}


def _from(job: dg.JobDefinition, boundary: Boundary) -> dg.JobDefinition:
    """The nightly job from a gate on: its checks, and everything after the assets it checks."""
    graph = job.asset_layer.asset_graph
    after = dg.AssetSelection.assets(*boundary.assets).downstream(include_self=False)
    assets = after.resolve(graph) - set(boundary.assets)
    checks = {dg.AssetCheckKey(key, CHECK_NAME) for key in boundary.assets}
    checks |= {key for key in graph.asset_check_keys if key.asset_key in assets}
    return job.get_subset(asset_selection=assets, asset_check_selection=checks)


def happened(instance: dg.DagsterInstance, run_id: str) -> dict[str, Any]:
    """The steps that a run started, the assets it built and the gates' words, from its log."""
    started, built, failed = [], [], []
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None:
            continue
        if event.event_type is dg.DagsterEventType.STEP_START:
            started.append(event.step_key)
        elif event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
            built.append(event.asset_key.to_user_string() if event.asset_key else "")
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR:
                failed.append(
                    {
                        "asset": check.asset_key.to_user_string(),
                        "check": check.check_name,
                        "description": check.description,
                        "blocking": check.blocking,
                    }
                )
    return {"run_id": run_id, "started": started, "built": built, "failed": failed}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
