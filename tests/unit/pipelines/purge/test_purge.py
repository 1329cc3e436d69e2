"""A small instance is purged: landed rows, old builds, results of gates, runs and their logs."""

import os
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest

from pipelines.purge import __main__ as command
from pipelines.purge import purging
from pipelines.purge.runs import compact, old_runs, remove_runs
from pipelines.runtime.audit_check import check_log
from pipelines.runtime.audit_lines import Signer
from pipelines.runtime.clock import utc_now
from pipelines.runtime.key_file import load_key
from pipelines.runtime.settings import load_settings
from pipelines.runtime.writers import writing
from tests.unit.pipelines.purge.conftest import (
    AS_OF,
    SECRET,
    VISITS,
    build,
    empty_pages,
    files_with,
    landed,
    names,
    run_id,
    talking,
)


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
    old, new = home / "exports" / "audiences" / "vip" / "a.csv", home / "requests" / "ask.json"
    for file in (old, new):
        file.parent.mkdir(parents=True)
        file.write_text("")
    os.utime(old, (0, 0))
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
    assert (list((home / "exports").rglob("*")), new.exists()) == ([], True)
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
        "exports": 1,
        "runs": 0,
        "failures": 0,
        "object_rows": {"shop.visits": 1},
    }
    command.main(["--as-of", str(AS_OF)])
    again = capsys.readouterr().out
    assert "shop.visits" not in again
    assert "0 builds\n  0 publications\n  0 results\n  0 exports\n  0 runs\n" in again


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
