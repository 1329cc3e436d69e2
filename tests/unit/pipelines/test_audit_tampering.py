"""The audit log: whatever is done to it without the key is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.runtime.audit_check import Checked
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_lines import GENESIS, decoded, encoded
from pipelines.runtime.audit_log import HEAD, LOG, AuditLog
from tests.unit.pipelines.audit_logs import OURS, STRANGER, check, lay, log_of


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


def _fields(entry) -> dict:
    return {name: getattr(entry, name) for name in entry.__struct_fields__}
