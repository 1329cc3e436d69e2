"""The file of an audience: what is on it and in which form, where it lies, what is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from assets.audiences.defs import WRITE_LIST, build_export_job
from assets.audiences.members import Counts
from pipelines import audience as command
from pipelines.runtime.audit_log import LOG
from tests.unit.audiences.small_instance import (
    AS_OF,
    RUN,
    change,
    customers,
    declare,
    export,
    keys,
    manifest,
    rows,
)


def test_a_list_holds_address_language_and_what_was_asked_for(home: Path) -> None:
    declare(home, with_name=True, labels=["city", "churn_risk.risk_band"])
    done = export()
    assert done.file == home / "exports" / "audiences" / "list" / f"{AS_OF}_{RUN}.csv"
    assert done.file.read_bytes().startswith(b"\xef\xbb\xbf"), "Chinese Excel needs the mark"
    header, first, *_ = rows(done)
    assert header == ["customer_key", "address", "preferred_language", "name", "city", "risk_band"]
    assert first == ["C01", "person1@example.com", "zh", "王小1", "苏州", "low"]
    assert keys(done) == customers(1, 20)
    assert done.counts == Counts(20, 0, 0, 20)


def test_without_being_asked_for_there_is_no_name(home: Path) -> None:
    done = export()
    assert rows(done)[0] == ["customer_key", "address", "preferred_language"]
    assert "王小" not in done.file.read_text()


def test_the_counts_stand_beside_the_list(home: Path) -> None:
    declare(home, labels=["city", "clv"])
    done = export()
    told = json.loads(done.file.with_suffix(".json").read_text())
    assert (told["selected"], told["exported"], told["minimum"]) == (20, 20, 10)
    assert told["run_id"] == RUN
    assert told["cells"]["city"] == {"上海": 10, "苏州": 10}
    assert told["cells"]["clv"] == {"(fewer than 10 each)": 20}, "no value of a single person"
    assert "person1" not in json.dumps(told)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_no_text_is_run_as_a_formula(home: Path, start: str) -> None:
    change(home, f"update vault.vault.customer_pii set full_name = '{start}' || full_name")
    change(home, f"update publication.publish.customer_360 set city = '{start}SUM(A1)'")
    change(home, f"update vault.vault.customer_pii set email = '{start}' || email")
    declare(home, with_name=True, labels=["city"])
    for _, address, _, name, city in rows(export())[1:]:
        assert (address[:2], name[:2], city[:2]) == (f"'{start}",) * 3


def test_a_phone_is_written_so_that_a_machine_can_dial_it(home: Path) -> None:
    declare(home, channel="sms")
    assert rows(export())[1][1] == "+8613800138001"


def test_files_and_folders_are_the_owners_only(home: Path) -> None:
    done = export()
    for path in (done.file, done.file.with_suffix(".json")):
        assert path.stat().st_mode & 0o777 == 0o600
    for folder in (home / "exports", done.file.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.suffix for path in sorted(done.file.parent.iterdir())] == [".csv", ".json"]


def test_the_same_publication_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    declare(home, with_name=True, labels=["city", "clv"])
    one, two = export(), export(out=tmp_path / "elsewhere")
    assert two.file == tmp_path / "elsewhere" / "list" / one.file.name
    for suffix in (".csv", ".json"):
        first, second = (done.file.with_suffix(suffix).read_bytes() for done in (one, two))
        assert first == second


def test_what_is_recorded_names_nobody(home: Path) -> None:
    declare(home, with_name=True)
    export()
    [line] = (home / "audit" / LOG).read_text().splitlines()
    entry = json.loads(line)
    assert entry["action"] == "exported_audience"
    facts = entry["facts"]
    assert (facts["audience"], facts["run_id"], facts["has_names"]) == ("list", RUN, True)
    assert (facts["selected_rows"], facts["exported_rows"]) == (20, 20)
    assert "C01" not in line
    assert "example.com" not in line


def test_a_dry_run_counts_and_writes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "read_manifest", manifest)
    assert command.main(["--name", "list", "--dry-run"]) == 0
    assert "20  on the list" in capsys.readouterr().out
    assert not (home / "exports").exists()
    assert not (home / "audit").exists()


def test_the_command_tells_the_counts_and_where_the_list_is(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "read_manifest", manifest)
    assert command.main([]) == 0
    assert "list  marketing by email: Champions of the test." in capsys.readouterr().out
    assert command.main(["--name", "list"]) == 0
    shown = capsys.readouterr().out
    assert f"Written to {home / 'exports'}" in shown
    assert command.main(["--name", "13800138000"]) == 1
    error = capsys.readouterr().err
    assert error == "error: There is no audience of that name; audiences.yml declares list\n"


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> dg.JobDefinition:
    monkeypatch.setattr("assets.audiences.defs.read_manifest", manifest)
    return build_export_job(lambda home: (home / "restored.json").exists())


def run(job: dg.JobDefinition, audience: str) -> dg.ExecuteInProcessResult:
    config = {"ops": {WRITE_LIST: {"config": {"audience": audience}}}}
    return job.execute_in_process(run_config=config, raise_on_error=False)


def test_the_job_exports_an_audience_by_its_name(home: Path, job: dg.JobDefinition) -> None:
    assert run(job, "list").success
    assert (home / "exports" / "audiences" / "list" / f"{AS_OF}_{RUN}.csv").is_file()
    assert list((home / "builds").iterdir()) == [home / "builds" / RUN], "no build is copied"


def test_the_job_fails_in_one_line(home: Path, job: dg.JobDefinition) -> None:
    (home / "restored.json").touch()
    done = run(job, "list")
    assert not done.success
    assert not (home / "exports").exists()
    [failure] = [event for event in done.all_events if event.is_step_failure]
    assert "restored from a backup" in failure.step_failure_data.user_failure_data.description
