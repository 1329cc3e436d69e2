"""Files that appear whole or not at all, for the owner only; locks that die with their holder."""

from __future__ import annotations

import os
import signal
import stat
from pathlib import Path

import pytest

from pipelines.runtime.private_files import locked, make_private_folder, private_file, written_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_and_their_parents_are_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folder = make_private_folder(tmp_path / "a" / "b" / "c")
    assert make_private_folder(folder) == folder
    assert [mode(path) for path in (folder, folder.parent, folder.parent.parent)] == [0o700] * 3
    assert mode(tmp_path) == 0o755, "what was there keeps its mode"


def test_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with private_file(tmp_path / "a"), written_whole(tmp_path / "b"):
            pass
    finally:
        os.umask(before)
    assert [mode(tmp_path / name) for name in "ab"] == [0o600, 0o600]


def test_a_file_is_replaced_at_once(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    for content in (b"old and longer", b"new"):
        with written_whole(file) as handle:
            handle.write(content)
            handle.flush()
            assert not file.exists() or file.read_bytes() != content
        assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_what_fails_half_way_leaves_the_old(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(b"old")
    with pytest.raises(TypeError), written_whole(file) as handle:
        handle.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(tmp_path):
            os.write(writing, b"x")
            signal.pause()
    assert os.read(reading, 1) == b"x"
    os.kill(child, signal.SIGKILL)
    with locked(tmp_path):
        os.waitpid(child, 0)


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path):
        raise RuntimeError
    with locked(tmp_path):
        assert mode(tmp_path / ".lock") == 0o600
