"""A small instance is purged: landed rows, old builds, results of gates, runs and their logs."""

# No `from __future__ import annotations`: Dagster reads the annotations of ops.

import os
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.publish.switch import Publication, publishing, staging_folder, switch_to
from assets.raw.contract import load_contract
from assets.raw.landing import land_object
from pipelines.definitions import build_definitions
from pipelines.purge import __main__ as command
from pipelines.purge import purging
from pipelines.purge.job import PURGE, STEP
from pipelines.purge.runs import compact, old_runs, remove_runs
from pipelines.runtime.audit_check import check_log
from pipelines.runtime.audit_lines import Signer
from pipelines.runtime.clock import utc_now
from pipelines.runtime.key_file import load_key
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import read_sealed, sealed_files
from pipelines.runtime.settings import load_settings
from pipelines.runtime.writers import writing

AS_OF = date(2017, 12, 31)
CONTRACT = """
source: shop
description: A shop
retention_days: 365
objects:
  visits:
    description: One row per visit
    path: visits.csv
    format: csv
    customers: none
    columns:
      - {name: visit_id, type: varchar}
      - {name: visited_on, type: date}
      - {name: remark, type: varchar, retention_days: 30}
    key: [visit_id]
    event_at: visited_on
"""
VISITS = "visit_id,visited_on,remark\nV1,2016-01-01,old\nV2,2017-06-01,emptied\nV3,2017-12-30,new\n"
SECRET = "wei.zhang@example.com"


@dg.op
def talks(context: dg.OpExecutionContext) -> None:
    context.log.info(SECRET)
    context.add_output_metadata({"said": SECRET * 100})
    context.log_event(dg.AssetMaterialization("said", metadata={"counted": "1" * 50_000}))


@dg.job
def talking() -> None:
    talks()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home, sources, data = (tmp_path / name for name in ("home", "sources", "data"))
    for folder in (sources, data):
        folder.mkdir()
    (sources / "shop.yml").write_text(CONTRACT)
    (data / "visits.csv").write_text(VISITS)
    for name, value in {"HOME": home, "SOURCES": sources, "DATA": data, "KEEP_BUILDS": 2}.items():
        monkeypatch.setenv(f"C360_{name}", str(value))
    obj = load_contract(sources / "shop.yml").objects["visits"]
    land_object(home, data, "shop", "visits", obj, datetime(2017, 12, 31))  # noqa: DTZ001
    return home


@pytest.fixture
def instance(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    folder = home / "dagster"
    folder.mkdir()
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(folder))
    with dg.DagsterInstance.get() as found:
        yield found


def run_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def build(home: Path, number: int, published: bool, days_old: float = 0) -> None:
    folder = home / "builds" / run_id(number)
    folder.mkdir(parents=True)
    (folder / "vault.duckdb").write_text(SECRET)
    (home / "quality" / run_id(number)).mkdir(parents=True)
    if published:
        publish = home / "publish"
        with publishing(publish):
            partial = staging_folder(publish, run_id(number))
            stamp = Publication(run_id(number), "2017-12-31", f"2017-12-31T00:00:{number:02}", {})
            switch_to(publish, partial, stamp)
    moment = (utc_now() - datetime(1970, 1, 1)).total_seconds() - days_old * 86_400  # noqa: DTZ001
    for path in (folder / "vault.duckdb", folder):
        os.utime(path, (moment, moment))


def files_with(home: Path, text: str) -> list[str]:
    found = [it for it in home.rglob("*") if it.is_file() and text.encode() in it.read_bytes()]
    return [str(it.relative_to(home)) for it in found]


def empty_pages(home: Path) -> int:
    with sqlite3.connect(home / "dagster" / "history" / "runs" / "index.db") as con:
        return int(con.execute("pragma freelist_count").fetchall()[0][0])


def landed(home: Path) -> str:
    (file,) = sealed_files(home / "landing")
    return b"".join(read_sealed(file, landing_keys(home))).decode()


def names(folder: Path) -> list[int]:
    return sorted(int(path.name[-12:]) for path in folder.iterdir() if path.name[:4] == "0000")


@pytest.mark.usefixtures("instance")
def test_a_dry_run_counts_and_changes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(home, 1, published=False, days_old=15)
    assert command.main(["--as-of", str(AS_OF)]) == 0
    said = capsys.readouterr().out
    assert "Would go at the business date 2017-12-31:" in said
    assert "shop.visits: 1 records and 1 values in 1 landed files, 0 mends" in said
    assert "1 builds" in said
    assert "Nothing was removed" in said
    assert landed(home) == VISITS
    assert names(home / "builds") == [1]
    assert not (home / "audit").exists(), "nothing was done that could be recorded"


@pytest.mark.usefixtures("instance")
def test_what_is_past_its_limit_goes_and_is_recorded(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (1, 2, 5):
        build(home, number, published=True, days_old=20)
    build(home, 3, published=False, days_old=15)
    build(home, 4, published=False, days_old=13)
    (home / "quality" / run_id(9)).mkdir()
    (home / "quality" / "history").mkdir()
    (home / "quality" / "history" / "2016-01-01_run_raw.parquet").write_text("")
    (home / "quality" / "mine").mkdir()
    (home / "publish" / ".killed.partial").mkdir()
    assert command.main(["--for-good", "--as-of", str(AS_OF)]) == 0
    assert "Gone at the business date 2017-12-31" in capsys.readouterr().out
    assert landed(home) == "visit_id,visited_on,remark\nV2,2017-06-01,\nV3,2017-12-30,new\n"
    assert names(home / "builds") == [2, 4, 5]
    assert names(home / "publish") == [2, 5]
    assert names(home / "quality") == [2, 4, 5]
    assert (home / "quality" / "mine").exists()
    assert not list((home / "publish").glob(".*.partial"))
    log = check_log(home / "audit", Signer(load_key(home / "secrets" / "pseudonym.key")))
    assert (log.wrong, log.notes) == ([], [])
    (entry,) = log.entries
    assert entry.action == "purged"
    assert entry.facts == {
        "as_of": "2017-12-31",
        "landed_rows": 1,
        "emptied_entries": 1,
        "mended_rows": 0,
        "landed_files": 1,
        "builds": 2,
        "publications": 2,
        "results": 4,
        "runs": 0,
        "failures": 0,
        "object_rows": {"shop.visits": 1},
    }
    command.main(["--as-of", str(AS_OF)])
    again = capsys.readouterr().out
    assert "shop.visits" not in again
    assert "0 builds\n  0 publications\n  0 results\n  0 runs\n" in again


@pytest.mark.usefixtures("instance")
def test_nothing_is_touched_while_a_run_writes(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(home):
        assert command.main(["--for-good"]) == 1
    assert "A run is writing" in capsys.readouterr().err
    assert landed(home) == VISITS


@pytest.mark.usefixtures("home", "instance")
def test_a_date_that_is_not_over_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--as-of", "2999-01-01"]) == 2
    assert "would remove too much" in capsys.readouterr().err


def test_old_runs_go_with_every_byte(home: Path, instance: dg.DagsterInstance) -> None:
    gone, kept = (talking.execute_in_process(instance=instance).run_id for _ in range(2))
    assert files_with(home, SECRET), "the runs said it"
    now = utc_now() + timedelta(days=91)
    assert old_runs(instance, utc_now() + timedelta(days=89), 90, kept=[]) == []
    assert old_runs(instance, now, 90, kept=[kept]) == [gone]
    remove_runs(instance, [gone])
    assert [run.run_id for run in instance.get_runs()] == [kept]
    assert empty_pages(home) > 0
    assert compact(instance) == []
    assert not files_with(home, gone)
    assert not list(home.rglob(f"*{gone}*")), "Dagster leaves the file of a run"
    assert empty_pages(home) == 0
    assert instance.all_logs(kept), "the other run is whole"
    remove_runs(instance, [kept])
    assert compact(instance) == []
    assert files_with(home, SECRET) == []


def test_files_in_use_are_named_and_not_compacted(
    home: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = instance.create_run_for_job(talking)
    instance.report_run_failed(run)
    instance.create_run_for_job(talking)
    now = utc_now() + timedelta(days=91)
    monkeypatch.setattr(purging, "utc_now", lambda: now)
    done = purging.purge(load_settings(), AS_OF, False, instance)
    assert done.runs == [run.run_id]
    assert sorted(done.not_compacted) == ["index.db", "runs.db"]
    assert any("run this again while nothing runs" in line for line in done.lines())


def test_the_job_is_a_dry_run_until_it_is_told(home: Path, instance: dg.DagsterInstance) -> None:
    job = build_definitions(load_settings()).resolve_job_def(PURGE)
    first = job.execute_in_process(instance=instance, partition_key=str(AS_OF))
    assert first.success
    assert landed(home) == VISITS
    config = {"ops": {STEP: {"config": {"dry_run": False}}}}
    job.execute_in_process(instance=instance, partition_key=str(AS_OF), run_config=config)
    assert "old" not in landed(home)


def test_the_schedule_is_off_and_removes_for_good(home: Path) -> None:
    definitions = build_definitions(load_settings())
    schedule = definitions.resolve_schedule_def(PURGE)
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    moment = datetime(2018, 1, 7, 4, 0).astimezone()
    with dg.build_schedule_context(
        scheduled_execution_time=moment, repository_def=definitions.get_repository_def()
    ) as context:
        (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.run_config == {"ops": {STEP: {"config": {"dry_run": False}}}}
    assert request.partition_key == "2017-12-31", "the business date that the demo pins"
