"""Sealed files open as they were, and never when anything about them was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.runtime import sealed_files
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.key_ring import add_key, landing_keys, retire_old_keys
from pipelines.runtime.sealed_files import (
    SealError,
    is_sealed,
    read_sealed,
    rewrap,
    seal_in_place,
    sealed_size,
    sealed_whole,
    unseal,
)

SECRET = "张伟 138 0013 8000".encode()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_files, "CHUNK", 64)


def sealed(home: Path, content: bytes, name: str = "page.sealed") -> Path:
    file = home / name
    with sealed_whole(file, landing_keys(home)) as writer:
        writer.write(content)
    return file


def content_of(file: Path, home: Path) -> bytes:
    return b"".join(read_sealed(file, landing_keys(home)))


@settings(max_examples=60, deadline=None)
@given(pieces=st.lists(st.binary(max_size=200), max_size=6))
def test_what_goes_in_comes_out(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    home = tmp_path_factory.mktemp("home")
    file = home / "page.sealed"
    with sealed_whole(file, landing_keys(home)) as writer:
        for piece in pieces:
            writer.write(piece)
    content = b"".join(pieces)
    assert content_of(file, home) == content
    assert file.stat().st_size == sealed_size(len(content))


def test_nothing_of_the_content_is_in_the_file(tmp_path: Path) -> None:
    file = sealed(tmp_path, SECRET * 40)
    assert is_sealed(file)
    assert SECRET not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    again = sealed(tmp_path, SECRET * 40, "other.sealed")
    assert again.read_bytes()[16:] != file.read_bytes()[16:], "each file has a key of its own"


@settings(max_examples=120, deadline=None)
@given(data=st.data(), size=st.sampled_from([0, 1, 63, 64, 65, 128, 200]))
def test_any_change_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, size: int
) -> None:
    home = tmp_path_factory.mktemp("home")
    file = sealed(home, b"x" * size)
    before = file.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1), "place")
    kind = data.draw(st.sampled_from(["flip", "cut", "insert", "add"]), "kind")
    changed = {
        "flip": before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :],
        "cut": before[:place],
        "insert": before[:place] + b"\0" + before[place:],
        "add": before + before[-17:],
    }[kind]
    file.write_bytes(changed)
    with pytest.raises(SealError, match=r"restore (it|the key file)") as error:
        content_of(file, home)
    assert "\n" not in str(error.value)


def test_chunks_cannot_change_places_or_be_left_out(tmp_path: Path) -> None:
    file = sealed(tmp_path, b"a" * 64 + b"b" * 64 + b"c")
    whole = file.read_bytes()
    head, first, second, last = whole[:56], whole[56:136], whole[136:216], whole[216:]
    for other in (head + second + first + last, head + first + last, head + first + second):
        file.write_bytes(other)
        with pytest.raises(SealError, match="was changed or cut"):
            content_of(file, tmp_path)


def test_a_key_is_changed_without_touching_the_content(tmp_path: Path) -> None:
    file = sealed(tmp_path, SECRET * 40)
    before = file.read_bytes()
    assert not rewrap(file, landing_keys(tmp_path)), "there is nothing to do"
    old = landing_keys(tmp_path)
    ring = add_key(old)
    assert content_of(file, tmp_path) == SECRET * 40, "the old key still opens"
    assert rewrap(file, ring)
    assert file.read_bytes()[56:] == before[56:]
    assert retire_old_keys(ring) == [old.current_id]
    assert content_of(file, tmp_path) == SECRET * 40
    file.write_bytes(before)
    with pytest.raises(SealError, match=r"a key that .* does not hold"):
        content_of(file, tmp_path)


def test_a_plain_file_is_sealed_in_place(tmp_path: Path) -> None:
    file = tmp_path / "plain.csv"
    file.write_bytes(SECRET)
    with pytest.raises(SealError, match="is not sealed"):
        content_of(file, tmp_path)
    seal_in_place(file, landing_keys(tmp_path))
    assert content_of(file, tmp_path) == SECRET
    opened = unseal(file, tmp_path / "opened.csv", landing_keys(tmp_path))
    assert opened.read_bytes() == SECRET
    assert opened.stat().st_mode & 0o777 == 0o600


def test_a_writing_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = sealed(tmp_path, b"old")

    def failing() -> None:
        with sealed_whole(file, landing_keys(tmp_path)) as writer:
            writer.write(b"new")
            raise OSError

    with pytest.raises(OSError, match=r"^$"):
        failing()
    assert content_of(file, tmp_path) == b"old"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '{"current": "a"}',
        '{"current": "a", "keys": {"a": "00"}}',
        '{"current": "a", "keys": {"a": 1}}',
        '{"current": "b", "keys": {"a": "' + "0" * 64 + '"}}',
    ],
)
def test_a_broken_key_file_says_what_to_do(tmp_path: Path, text: str) -> None:
    file = landing_keys(tmp_path).file
    file.write_text(text)
    with pytest.raises(KeyFileError, match="restore it from where your keys are kept") as error:
        landing_keys(tmp_path)
    assert "\n" not in str(error.value)


def test_the_key_file_is_for_the_owner_only(tmp_path: Path) -> None:
    ring = landing_keys(tmp_path / "home")
    assert ring.file.stat().st_mode & 0o777 == 0o600
    assert ring.file.parent.stat().st_mode & 0o777 == 0o700
    assert landing_keys(tmp_path / "home") == ring
    assert set(json.loads(ring.file.read_text())) == {"current", "keys"}
