"""A new source of people is a row of data: it reaches identity without a line of SQL there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from assets.warehouse.project import run_dbt
from tests.dbt.empty_world import write_empty_vault
from tests.dbt.manifest import DBT_PROJECT
from tests.dbt.test_unit_tests import DEMO_SOURCES

GUESTS = """
select 'g1' as guest_id, 'Old Name' as name, '139' as mobile, '010' as desk_phone,
    ['tv', 'car'] as devices, 'P1' as passport, timestamp '2017-01-01' as changed_at
union all
select 'g1', '罗小安', '138', '010', ['tv', 'car'], 'P1', timestamp '2017-02-01'
"""
"""A staging model of a hotel's guests, as the guide has a user write it: two versions of one."""

ROW: Mapping[str, Any] = {
    "source": "hotel.guests",
    "model": "stg_hotel__guests",
    "id": "guest_id",
    "version": "changed_at",
    "observed": "changed_at",
    "columns": {
        "full_name": "name",
        "phone": ["mobile", "desk_phone"],
        "device_id": "devices[]",
        "passport_id": "passport",
    },
}


def project_with(folder: Path, row: Mapping[str, Any]) -> Path:
    """A copy of the dbt project with the hotel's staging model and one row more."""
    project = folder / "project"
    left_out = shutil.ignore_patterns("target", "logs", "sqlfluff_stubs")
    shutil.copytree(DBT_PROJECT, project, ignore=left_out)
    staged = project / "models" / "staging" / "hotel" / "stg_hotel__guests.sql"
    staged.parent.mkdir()
    staged.write_text(GUESTS, encoding="utf-8")
    settings = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))
    settings["vars"]["identity_sources"].append(dict(row))
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return project


def dbt(project: Path, folder: Path, *command: str) -> Any:
    places = ["--project-dir", str(project), "--profiles-dir", str(project)]
    scratch = ["--target-path", str(folder / "target"), "--log-path", str(folder / "log")]
    variables = ["--vars", json.dumps({"build_dir": str(folder)})]
    return run_dbt(["--log-level", "none", *command, *places, *scratch, *variables])


def test_a_row_brings_a_source_into_identity(tmp_path: Path) -> None:
    write_empty_vault(tmp_path, DEMO_SOURCES)
    project = project_with(tmp_path, ROW)
    without_tests = ["--exclude-resource-types", "test", "unit_test"]
    outcome = dbt(project, tmp_path, "build", "--select", "+int_identity_records", *without_tests)
    assert outcome.success, outcome.exception or [r.message for r in outcome.result.results]
    with duckdb.connect(str(tmp_path / "vault.duckdb"), read_only=True) as vault:
        people = vault.execute("""
            select source, source_record_id, full_name, phone, phone_2, device_id, passport_id,
                email, first_seen_at, observed_at, is_linkable
            from identity.int_identity_people""").fetchall()
        names = vault.execute("select record_name from identity.int_identity_records").fetchall()
    assert people == [
        (
            *("hotel.guests", "g1", "罗小安", "138", "010", ["tv", "car"], "P1"),
            *(None, None, datetime(2017, 2, 1), True),  # noqa: DTZ001 - a UTC timestamp
        )
    ]
    assert names == [("罗小安",)]


@pytest.mark.parametrize(
    ("mistake", "line"),
    [
        ({"colums": {}}, "hotel.guests: the key colums is unknown"),
        ({"id": None}, "hotel.guests: the key id is missing"),
    ],
)
def test_a_mistake_in_a_row_is_told(mistake: dict[str, Any], line: str, tmp_path: Path) -> None:
    outcome = dbt(project_with(tmp_path, {**ROW, **mistake}), tmp_path, "parse")
    assert not outcome.success
    assert f"identity_sources in dbt_project.yml, {line}" in str(outcome.exception)
