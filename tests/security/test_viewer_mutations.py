"""Viewers change nothing: every mutation that the schema has is tried with arguments that fit."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus

from tests.security.attacks import BODY, allowed
from tests.security.exposed import VIEWER, VIEWERS, Exposed, direct, exposed
from tests.security.raw_http import basic, request

HARMLESS = {"logTelemetry", "setNuxSeen"}
"""They ask for no permission, and change nothing of the instance: telemetry is off."""
REFUSALS = ("UnauthorizedError", "do not have permission")

SCHEMA = """{__schema{mutationType{fields{name type{...Kind} args{name type{...Kind}}}}
types{name kind possibleTypes{name} enumValues{name} inputFields{name type{...Kind}}}}}
fragment Kind on __Type{kind name ofType{kind name ofType{kind name ofType{kind name}}}}"""
TARGETS = json.loads(BODY)["query"].replace(
    "{__typename}",
    """{... on LaunchRunSuccess{run{runId}}}
    launchPartitionBackfill(backfillParams:{assetSelection:[{path:["marker"]}],
    partitionNames:["a"]}){... on LaunchBackfillSuccess{backfillId}}""",
)
OF_ITS_LOCATION = 'repositoryLocationName:"tiny_location.py",repositoryName:"__repository__"'
STATES = """{scheduleOrError(scheduleSelector:{LOCATION,scheduleName:"daily"})
{... on Schedule{scheduleState{id}}}
sensorOrError(sensorSelector:{LOCATION,sensorName:"watcher"}){... on Sensor{sensorState{id}}}}
""".replace("LOCATION", OF_ITS_LOCATION)
VALUES: dict[str, Any] = {
    "repositoryLocationName": "tiny_location.py",
    "locationName": "tiny_location.py",
    "repositoryName": "__repository__",
    "jobName": "marking",
    "pipelineName": "marking",
    "scheduleName": "daily",
    "sensorName": "watcher",
    "path": ["marker"],
    "mode": "default",
}
SCALARS = {"Int": 1, "Float": 1.0, "Boolean": True, "RunConfigData": "{}", "GenericScalar": {}}
REASONS = {
    "PythonError": "... on PythonError{message}",
    "TerminateRunFailure": "... on TerminateRunFailure{message}",
    "TerminateRunsResult": "... on TerminateRunsResult{terminateRunResults{__typename"
    "... on TerminateRunFailure{message}}}",
    "LaunchMultipleRunsResult": "... on LaunchMultipleRunsResult"
    "{launchMultipleRunsResult{__typename}}",
}
"""What to ask of an answer, by its type: where it says why."""
NOT_TOGETHER = {
    "launchPipelineReexecution": ("executionParams",),
    "launchRunReexecution": ("executionParams",),
    "stopRunningSchedule": ("scheduleOriginId", "scheduleSelectorId"),
    "stopSensor": ("jobOriginId", "jobSelectorId"),
}
"""Arguments that another one replaces."""
OPTIONAL_TOO = {"selector", "jobName", "pipelineName", "scheduleName", "sensorName"}


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exposed]:
    with exposed(tmp_path_factory.mktemp("viewers")) as running:
        yield running


@pytest.fixture(scope="module")
def targets(where: Exposed) -> dict[str, str]:
    """Ids of what there is to stop: a queued run, a backfill, the schedule and the sensor."""
    answers = direct(where.operators_port, TARGETS)["data"]
    backfill = answers["launchPartitionBackfill"]["backfillId"]
    with dg.DagsterInstance.from_config(str(where.home)) as instance:
        # Only one that has ended can be run again.
        started = instance.get_backfill(backfill)
        instance.update_backfill(started.with_status(BulkActionStatus.COMPLETED_SUCCESS))
    launched = answers["launchRun"]["run"]["runId"]
    states = direct(where.operators_port, STATES)["data"]
    return {
        "runId": launched,
        "parentRunId": launched,
        "backfillId": backfill,
        "stopRunningSchedule": states["scheduleOrError"]["scheduleState"]["id"],
        "stopSensor": states["sensorOrError"]["sensorState"]["id"],
    }


def test_every_mutation_is_refused_to_viewers(where: Exposed, targets: dict[str, str]) -> None:
    schema = direct(where.viewers_port, SCHEMA)["data"]["__schema"]
    types = {it["name"]: it for it in schema["types"]}
    mutations = schema["mutationType"]["fields"]
    names = {it["name"] for it in mutations}
    assert {"launchRun", "terminateRuns", "deleteRun", "wipeAssets", "startSchedule"} <= names
    before = _stored(where.home)
    allowed_through = {}
    for mutation in mutations:
        answer = _as_viewer(where, _order(mutation, types, targets))
        if not any(refusal in answer for refusal in REFUSALS):
            allowed_through[mutation["name"]] = answer[-400:]
    assert _stored(where.home) == before
    assert set(allowed_through) == HARMLESS, allowed_through


def test_the_same_order_of_an_operator_is_obeyed(where: Exposed, targets: dict[str, str]) -> None:
    before = _stored(where.home)
    order = f'mutation{{terminateRun(runId:"{targets["runId"]}"){{__typename}}}}'
    assert "Unauthorized" not in str(direct(where.operators_port, order))
    assert _stored(where.home) != before


@pytest.mark.parametrize(
    "path",
    [
        "/report_asset_materialization/marker",
        "/report_asset_check/marker",
        "/report_asset_observation/marker",
    ],
)
def test_viewers_report_no_event_either(where: Exposed, path: str) -> None:
    before = _stored(where.home)
    headers = {**_viewers_headers(where), "Content-Type": None}
    assert " 405 " in where.send(request("POST", path, headers), VIEWERS)[:20]
    assert _stored(where.home) == before


@pytest.mark.parametrize("path", ["/download_debug/x", "/notebook?path=a.ipynb", "/DAGIT/notebook"])
def test_viewers_take_no_dumps_away(where: Exposed, path: str) -> None:
    headers = {**_viewers_headers(where), "Content-Type": None}
    assert " 403 " in where.send(request("GET", path, headers), VIEWERS)[:20]


def _as_viewer(where: Exposed, query: str) -> str:
    return where.send(
        request("POST", "/graphql", _viewers_headers(where), json.dumps({"query": query})), VIEWERS
    )


def _viewers_headers(where: Exposed) -> dict[str, str | None]:
    theirs = {"Host": where.host(VIEWERS), "Origin": where.origin(VIEWERS)}
    return {**allowed(where), **theirs, "Authorization": basic(VIEWER)}


def _order(mutation: dict[str, Any], types: dict[str, Any], targets: dict[str, str]) -> str:
    """The mutation with arguments that fit, asking what became of it."""
    own_id = {"id": targets[mutation["name"]]} if mutation["name"] in targets else {}
    if "Backfill" in mutation["name"]:
        own_id = {"parentRunId": targets["backfillId"]}
    arguments = [
        f"{it['name']}:{_literal(_value(it['name'], it['type'], types, targets | own_id))}"
        for it in mutation["args"]
        if it["name"] not in NOT_TOGETHER.get(mutation["name"], ())
    ]
    given = f"({','.join(arguments)})" if arguments else ""
    kind = mutation["type"]
    result = types[(kind["ofType"] or kind)["name"]]
    known = {it["name"] for it in result["possibleTypes"] or []}
    reason = "".join(text for name, text in REASONS.items() if name in known)
    asked = "" if result["kind"] == "SCALAR" else f"{{__typename {reason}}}"
    return f"mutation{{{mutation['name']}{given}{asked}}}"


class _Enum(str):
    """A value that GraphQL writes without quotes."""


def _value(name: str, kind: dict[str, Any], types: dict[str, Any], targets: dict[str, str]) -> Any:
    """Any value of a type; of optional fields only those that name what is to be changed."""
    if kind["kind"] == "NON_NULL":
        return _value(name, kind["ofType"], types, targets)
    if name in VALUES:
        return VALUES[name]
    if kind["kind"] == "LIST":
        return [_value(name, kind["ofType"], types, targets)]
    if kind["kind"] == "INPUT_OBJECT":
        fields = types[kind["name"]]["inputFields"]
        return {
            it["name"]: _value(it["name"], it["type"], types, targets)
            for it in fields
            if it["type"]["kind"] == "NON_NULL" or it["name"] in OPTIONAL_TOO
        }
    if kind["kind"] == "ENUM":
        return _Enum(types[kind["name"]]["enumValues"][0]["name"])
    if kind["name"] in SCALARS:
        return SCALARS[kind["name"]]
    return targets.get(name, targets["runId"])


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{_literal(it)}" for name, it in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_literal, value)) + "]"
    return str(value) if isinstance(value, _Enum) else json.dumps(value)


def _stored(home: Path) -> dict[str, list[Any]]:
    """Every row of every table of the instance, but for heartbeats of daemons."""
    stored = {}
    for file in sorted(home.rglob("*.db")):
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            tables = database.execute("select name from sqlite_master where type = 'table'")
            for (table,) in tables.fetchall():
                rows = database.execute(f'select * from "{table}"').fetchall()
                stored[f"{file.name}:{table}"] = sorted(map(repr, rows))
    assert any(name.endswith(":runs") for name in stored)
    return stored
