"""What is recorded of runs and commands, and what `make audit` and `make audit-verify` print."""

# No `from __future__ import annotations`: Dagster reads the annotations of assets.

import re
from pathlib import Path

import dagster as dg
import pytest

from pipelines import audit, audit_verify
from pipelines.runtime import keys
from pipelines.runtime.audit_check import check_log
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_lines import Entry, Signer
from pipelines.runtime.audit_log import HEAD, LOG, record, subject_hash
from pipelines.runtime.key_file import load_key
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import load_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("C360_HOME", str(tmp_path))
    return tmp_path


def entries(home: Path) -> list[Entry]:
    found = check_log(home / "audit", Signer(load_key(home / "secrets" / "pseudonym.key")))
    assert (found.wrong, found.notes) == ([], [])
    return found.entries


@dg.asset
def good(pipeline: PipelineResource) -> int:
    return 1


@dg.asset
def bad(pipeline: PipelineResource) -> int:
    raise ValueError("王小明")


@pytest.mark.parametrize(("asset", "outcome"), [(good, "succeeded"), (bad, "failed")])
def test_every_run_is_recorded_with_how_it_ended(
    home: Path, monkeypatch: pytest.MonkeyPatch, asset: dg.AssetsDefinition, outcome: str
) -> None:
    monkeypatch.setenv("C360_ACTOR", "nightly-cron")
    done = dg.materialize(
        [asset],
        resources={"pipeline": PipelineResource()},
        tags={"dagster/partition": "2017-12-31", **keys.LANDS_ANEW},
        raise_on_error=False,
    )
    began, ended = entries(home)
    assert (began.action, ended.action) == ("run_started", "run_finished")
    assert began.facts["as_of"] == "2017-12-31"
    assert ended.facts["outcome"] == outcome
    assert began.facts["run_id"] == ended.facts["run_id"] == done.run_id
    assert began.on_behalf_of == "nightly-cron"
    assert began.actor != "nightly-cron"
    assert began.host


def test_a_whole_log_is_told_with_its_head(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(load_settings(), Action.PURGED, {"number": 1})
    assert audit_verify.main([]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"Audit log: 1 entries, 20\d\d-.*Z to 20\d\d-.*Z, unbroken", shown)
    head = re.search(r"keep it elsewhere: (2:[0-9a-f]{64})", shown)
    assert head
    record(load_settings(), Action.PURGED, {"number": 2})
    assert audit_verify.main(["--anchor", head[1]]) == 0
    assert entries(home)[1].action == "verified"


@pytest.mark.parametrize("name", [LOG, HEAD])
def test_a_broken_log_is_exit_code_1_and_stays_as_it_is(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    record(load_settings(), Action.PURGED, {"number": 1})
    file = home / "audit" / name
    broken = file.read_bytes().replace(b'"seq":1', b'"seq":2')
    file.write_bytes(broken)
    assert audit_verify.main([]) == 1
    assert "wrong: " in capsys.readouterr().out
    assert file.read_bytes() == broken


def test_a_log_that_is_gone_is_missed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_key(home / "secrets" / "pseudonym.key")
    assert audit_verify.main([]) == 0
    assert "Nothing is recorded yet" in capsys.readouterr().out
    (home / "publish" / "current").mkdir(parents=True)
    assert audit_verify.main([]) == 1
    assert "the log was removed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--anchor", "7"], "ANCHOR is not seq:hash"),
        ([], "cannot be checked; put the key back"),
    ],
)
def test_what_cannot_be_checked_is_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert audit_verify.main(arguments) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (home / "secrets").exists(), "no key is made up for a check"


def test_entries_are_listed_by_action_and_subject(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings()
    for number in range(3):
        record(settings, Action.PURGED, {"number": number, "rows": {"orders": 7}})
    subject = subject_hash(settings, "crm_zoho.contacts:1")
    record(settings, Action.LOOKED_UP, {"subjects": [subject], "customer_keys": ["C1"]})
    assert audit.main(["--last", "2"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == ["3", "4", "4"]
    assert listed[0].endswith('purged              number=2 rows={"orders":7}')
    for asked in (["--action", "looked_up"], ["--subject", "C1"]):
        audit.main(asked)
        assert "1 entries" in capsys.readouterr().out
    audit.main(["--subject", "crm_zoho.contacts:1"])
    assert "1 entries" in capsys.readouterr().out
    audit.main(["--subject", "crm_zoho.contacts:2"])
    assert capsys.readouterr().out == "0 entries\n"
    assert "crm_zoho" not in (home / "audit" / LOG).read_text()
