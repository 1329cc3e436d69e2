"""The audit log: crashes, damage that is gone on from, keys, writers side by side."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.runtime.audit_check import check_log
from pipelines.runtime.audit_facts import Action, PersonalFactError
from pipelines.runtime.audit_lines import Head, Signer
from pipelines.runtime.audit_log import HEAD, LOG, AuditError, AuditLog
from tests.unit.pipelines.audit_logs import OURS, check, log_of


def damaged(folder: Path, name: str, change: Callable[[bytes], bytes | None]) -> None:
    content = change((folder / name).read_bytes())
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "change", "what"),
    [
        (LOG, lambda it: it[: it.rindex(b"\n", 0, -1) + 1], "end_differs"),
        (LOG, lambda it: it + it.splitlines(keepends=True)[0], "end_differs"),
        (LOG, lambda it: None, "end_differs"),
        (HEAD, lambda it: None, "head_missing"),
        (HEAD, lambda it: b"{}", "head_missing"),
    ],
)
def test_going_on_does_not_cover_damage_up(tmp_path: Path, name, change, what: str) -> None:
    log = log_of(tmp_path, 3)
    damaged(tmp_path, name, change)
    log.append(Action.PURGED, {})
    log.append(Action.PURGED, {})
    found = check(tmp_path)
    assert any(said.endswith(f"found the end of the log damaged: {what}") for said in found.wrong)
    last = found.entries[-1]
    known = check(tmp_path, anchor=(last.seq, last.hash))
    assert not any("damaged" in said for said in known.wrong), "an anchor was taken since"
    assert any(said.endswith(what) for said in known.notes)


def test_a_half_written_line_is_a_crash_and_is_told(tmp_path: Path) -> None:
    log = log_of(tmp_path, 2)
    with (tmp_path / LOG).open("ab") as file:
        file.write(b'{"seq":3,"at":"2026')
    assert (check(tmp_path).wrong, len(check(tmp_path).notes)) == ([], 1)
    assert "line 3: half written" in check(tmp_path).notes[0]
    log.append(Action.PURGED, {})
    found = check(tmp_path)
    assert [entry.action for entry in found.entries[2:]] == ["damage_found", "purged"]
    assert not found.wrong
    assert "torn_line" in found.notes[0]


def test_a_crash_before_the_head_loses_nothing(tmp_path: Path) -> None:
    log_of(tmp_path, 1)
    head = (tmp_path / HEAD).read_bytes()
    log = log_of(tmp_path, 1)
    (tmp_path / HEAD).write_bytes(head)
    assert (check(tmp_path).wrong, len(check(tmp_path).notes)) == ([], 1)
    log.append(Action.PURGED, {})
    assert [entry.seq for entry in check(tmp_path).entries] == [1, 2, 3]
    assert check(tmp_path).notes == []


def test_two_crashes_before_the_head_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_of(tmp_path, 1)
    behind = (tmp_path / HEAD).read_bytes()
    log = log_of(tmp_path, 1)
    (tmp_path / HEAD).write_bytes(behind)
    write_head = AuditLog._write_head

    def dying(log: AuditLog, head: Head) -> None:
        if head.seq == 3:
            raise KeyboardInterrupt
        write_head(log, head)

    monkeypatch.setattr(AuditLog, "_write_head", dying)
    with pytest.raises(KeyboardInterrupt):
        log.append(Action.PURGED, {})
    assert check(tmp_path).wrong == []


def test_killed_writers_leave_a_chain_that_goes_on(tmp_path: Path) -> None:
    for patience in range(20):
        child = os.fork()
        if child == 0:
            log_of(tmp_path, 1_000_000)
        before = len((tmp_path / LOG).read_bytes()) if (tmp_path / LOG).exists() else 0
        while not (tmp_path / LOG).exists() or len((tmp_path / LOG).read_bytes()) == before:
            time.sleep(0.001)
        time.sleep(0.0007 * patience)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert check(tmp_path).wrong == []
    log_of(tmp_path, 1)
    found = check(tmp_path)
    assert (found.wrong, len(found.entries) > 20) == ([], True)


def test_a_log_without_a_usable_end_is_not_gone_on_with(tmp_path: Path) -> None:
    log = log_of(tmp_path, 2)
    damaged(tmp_path, HEAD, lambda it: None)
    damaged(tmp_path, LOG, lambda it: it[:-5] + b"\n")
    with pytest.raises(AuditError, match="put the key back"):
        log.append(Action.PURGED, {})


def test_an_anchor_shows_that_the_whole_log_was_replaced(tmp_path: Path) -> None:
    log_of(tmp_path / "a", 3)
    kept = check(tmp_path / "a").entries[1]
    assert check(tmp_path / "a", anchor=(kept.seq, kept.hash)).wrong == []
    log_of(tmp_path / "b", 3)
    for other in ("b", "c"):
        assert "2" in check(tmp_path / other, anchor=(kept.seq, kept.hash)).wrong[0]


def test_what_an_earlier_key_signed_stays_vouched_for(tmp_path: Path) -> None:
    log_of(tmp_path, 3)
    new = Signer(b"n" * 32)
    AuditLog(tmp_path, new, former=[OURS]).append(Action.KEY_ROTATED, {"what": "instance_key"})
    AuditLog(tmp_path, new).append(Action.PURGED, {})
    assert check_log(tmp_path, new).wrong == []
    damaged(tmp_path, LOG, lambda it: it.replace(b'"number":1', b'"number":7'))
    assert "line 2: edited" in check_log(tmp_path, new).wrong[0]


def test_writers_side_by_side_make_one_chain(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from tests.unit.pipelines.audit_logs import log_of; "
        f"log_of(Path({str(tmp_path)!r}), 25)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [writer.wait(timeout=120) for writer in writers] == [0] * 4
    found = check(tmp_path)
    assert (found.wrong, found.notes) == ([], [])
    assert [entry.seq for entry in found.entries] == list(range(1, 101))


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    log_of(tmp_path / "audit", 1)
    paths = [tmp_path / "audit", *(tmp_path / "audit" / name for name in (LOG, HEAD))]
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o700, 0o600, 0o600]


def test_a_personal_fact_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    log = log_of(tmp_path / "audit")
    with pytest.raises(PersonalFactError, match="fact who: its text may be personal") as error:
        log.append(Action.LOOKED_UP, {"who": "wang@example.com"})
    assert "wang" not in str(error.value)
    with pytest.raises(PersonalFactError, match="more than 16,000 bytes"):
        log.append(Action.LOOKED_UP, {"tables": [f"t_{number}" for number in range(3000)]})
    assert not (tmp_path / "audit").exists()
