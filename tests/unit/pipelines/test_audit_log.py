"""The audit log: whatever is done to it without the key is seen, and crashes are told apart."""

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
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.runtime.audit_check import Checked, check_log
from pipelines.runtime.audit_facts import Action, PersonalFactError
from pipelines.runtime.audit_lines import GENESIS, Signer, decoded, encoded
from pipelines.runtime.audit_log import HEAD, LOG, AuditError, AuditLog

KEY = b"k" * 32
OURS, STRANGER = Signer(KEY), Signer(b"x" * 32)
RUN = "7f064b00-2f19-4ffb-90f4-3784c6ca3c37"


def log_of(folder: Path, entries: int = 0) -> AuditLog:
    log = AuditLog(folder, OURS)
    for number in range(entries):
        log.append(Action.RUN_STARTED, {"run_id": RUN, "number": number})
    return log


def check(folder: Path, **more) -> Checked:
    return check_log(folder, OURS, **more)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A log of eight entries and its head."""
    folder = tmp_path_factory.mktemp("whole") / "audit"
    log_of(folder, 8)
    assert check(folder) == Checked(entries=check(folder).entries)
    assert len(check(folder).entries) == 8
    return (folder / LOG).read_bytes(), (folder / HEAD).read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tampered")


def lay(folder: Path, lines: list[bytes], head: bytes | None, end: bytes = b"\n") -> Path:
    (folder / LOG).write_bytes(b"\n".join(lines) + (end if lines else b""))
    if head is None:
        (folder / HEAD).unlink(missing_ok=True)
    else:
        (folder / HEAD).write_bytes(head)
    return folder


def lines_of(whole: tuple[bytes, bytes]) -> list[bytes]:
    return whole[0].splitlines()


position = st.integers(0, 7)
thorough = settings(max_examples=200, deadline=None, derandomize=True)


@thorough
@given(line=position, place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_every_changed_byte_is_seen(whole, folder: Path, line: int, place: int, byte: int) -> None:
    lines = lines_of(whole)
    place %= len(lines[line])
    assume(lines[line][place] != byte)
    lines[line] = lines[line][:place] + bytes([byte]) + lines[line][place + 1 :]
    found = check(lay(folder, lines, whole[1]))
    assert found.wrong
    assert found.wrong[0].startswith(f"line {line + 1}: ") or byte == ord("\n")


def test_every_flipped_bit_is_seen(whole, folder: Path) -> None:
    content = bytearray(whole[0])
    for place in range(len(content)):
        content[place] ^= 1 << place % 8
        assert check(lay(folder, [bytes(content)], whole[1], end=b"")).wrong, place
        content[place] ^= 1 << place % 8


@thorough
@given(line=position, cut=st.integers(0, 10_000), more=st.binary(max_size=20))
def test_every_rewritten_line_is_seen(whole, folder: Path, line: int, cut: int, more) -> None:
    lines = lines_of(whole)
    changed = lines[line][: cut % len(lines[line])] + more
    assume(changed != lines[line])
    lines[line] = changed
    assert check(lay(folder, lines, whole[1])).wrong


@thorough
@given(gone=st.sets(position, min_size=1))
def test_every_removed_line_is_seen(whole, folder: Path, gone: set[int]) -> None:
    lines = [line for number, line in enumerate(lines_of(whole)) if number not in gone]
    found = check(lay(folder, lines, whole[1]))
    assert found.wrong
    assert all("gone" in said for said in found.wrong), "nothing but entries that are missing"


@thorough
@given(order=st.permutations(range(8)))
def test_every_other_order_is_seen(whole, folder: Path, order: list[int]) -> None:
    assume(order != sorted(order))
    lines = lines_of(whole)
    found = check(lay(folder, [lines[number] for number in order], whole[1]))
    assert any("reordered" in said for said in found.wrong)


@thorough
@given(before=position, line=st.one_of(st.binary(max_size=40), position))
def test_every_inserted_line_is_seen(whole, folder: Path, before: int, line: bytes | int) -> None:
    lines = lines_of(whole)
    assume(not isinstance(line, bytes) or b"\n" not in line)
    lines.insert(before, lines[line] if isinstance(line, int) else line)
    found = check(lay(folder, lines, whole[1]))
    assert any("inserted" in said for said in found.wrong), found.wrong


@thorough
@given(kept=st.integers(0, 10_000))
def test_every_cut_is_seen(whole, folder: Path, kept: int) -> None:
    content = whole[0][: kept % (len(whole[0]))]
    found = check(lay(folder, [content] if content else [], whole[1], end=b""))
    assert any("truncated" in said for said in found.wrong)


@thorough
@given(line=position, facts=st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)))
def test_a_line_written_anew_with_another_key_is_seen(whole, folder: Path, line, facts) -> None:
    lines = lines_of(whole)
    changed = decoded(lines[line])
    assert changed is not None
    forged = STRANGER.signed(type(changed)(**{**_fields(changed), "facts": facts}))
    for pretended in (forged, type(forged)(**{**_fields(forged), "key": OURS.id})):
        lines[line] = encoded(pretended)
        assert check(lay(folder, lines, whole[1])).wrong


def test_a_whole_chain_of_another_key_is_seen(tmp_path: Path) -> None:
    for number in range(3):
        AuditLog(tmp_path, STRANGER).append(Action.PURGED, {"number": number})
    found = check(tmp_path)
    assert "line 1: from here on 3 lines are signed with another key" in found.wrong[0]
    assert "head.json was edited, or is signed with another key" in found.wrong[1]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (None, "head.json is missing"),
        (b"{}", "head.json was edited"),
        (encoded(OURS.head(0, GENESIS)), "head.json is of entry 0"),
        (encoded(OURS.head(8, GENESIS)), "head.json is of entry 8"),
        (encoded(STRANGER.head(8, GENESIS)), "signed with another key"),
    ],
)
def test_a_wrong_head_is_seen(whole, tmp_path: Path, head: bytes | None, words: str) -> None:
    assert words in check(lay(tmp_path, lines_of(whole), head)).wrong[0]


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


def test_a_crash_before_the_head_loses_nothing(whole, tmp_path: Path) -> None:
    log_of(tmp_path, 1)
    head = (tmp_path / HEAD).read_bytes()
    log = log_of(tmp_path, 1)
    (tmp_path / HEAD).write_bytes(head)
    assert (check(tmp_path).wrong, len(check(tmp_path).notes)) == ([], 1)
    log.append(Action.PURGED, {})
    assert [entry.seq for entry in check(tmp_path).entries] == [1, 2, 3]
    assert check(tmp_path).notes == []


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
        "from pathlib import Path; from tests.unit.pipelines.test_audit_log import log_of; "
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


def _fields(entry) -> dict:
    return {name: getattr(entry, name) for name in entry.__struct_fields__}
