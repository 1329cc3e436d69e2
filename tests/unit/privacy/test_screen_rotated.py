"""Who stands on the suppression list stays out when the instance gets another key."""

from __future__ import annotations

import json

import pytest

from assets.privacy.erasure.screen import screen_object
from assets.raw.contract import SourceContract
from pipelines import rotate_key
from pipelines.runtime.former_keys import former_keys_file, read_former_keys
from pipelines.runtime.key_file import KeyFileError
from pipelines.runtime.settings import Settings
from pipelines.runtime.suppression import LIST, listed
from tests.unit.privacy.test_screen import (
    ANSWERS,
    TICKETS,
    WEI,
    company,
    contracts,
    erase,
    ids,
    load,
    settings,
)

__all__ = ["company", "contracts", "settings"]


def rotated() -> None:
    assert rotate_key.main([]) == 0


def test_who_was_erased_stays_out_and_others_can_be_added(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    load(settings, contracts, "tickets", "answers")
    erase(settings, WEI)
    for _ in range(2):
        rotated()
        assert ids(load(settings, contracts, "tickets", "answers"), "tickets") == [1]
    (settings.data / "tickets.csv").write_text(f"{TICKETS}3,{WEI.upper()}\n4,ana@example.com\n")
    (settings.data / "answers.csv").write_text(f"{ANSWERS}13,3,5\n14,4,5\n")
    build = load(settings, contracts, "tickets", "answers")
    assert ids(build, "tickets") == [1, 4]
    assert 13 not in ids(build, "answers"), "the ticket was followed under the list's key"
    erase(settings, "ana@example.com", "second")
    rotated()
    assert ids(load(settings, contracts, "tickets"), "tickets") == [1]
    assert len({json.loads(line)["key"] for line in listed(settings.home)}) == 1


def test_a_list_that_began_after_the_rotation_needs_no_former_key(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    load(settings, contracts, "tickets")
    rotated()
    assert read_former_keys(settings.home).suppression is None
    erase(settings, WEI)
    former_keys_file(settings.home).unlink()
    assert ids(load(settings, contracts, "tickets"), "tickets") == [1]


def test_without_its_key_nothing_is_let_in(
    settings: Settings, contracts: list[SourceContract], capsys: pytest.CaptureFixture[str]
) -> None:
    erase(settings, WEI)
    rotated()
    kept = former_keys_file(settings.home).read_bytes()
    former_keys_file(settings.home).unlink()
    with pytest.raises(KeyFileError, match=r"secrets/former\.keys where the key was rotated"):
        screen_object(settings, contracts, contracts[0], "tickets")
    key = settings.key_file.read_bytes()
    assert rotate_key.main([]) == 2
    assert "put secrets/former.keys back" in capsys.readouterr().err
    assert settings.key_file.read_bytes() == key
    former_keys_file(settings.home).write_bytes(kept)
    assert ids(load(settings, contracts, "tickets"), "tickets") == [1]


def test_a_list_that_somebody_wrote_is_refused(
    settings: Settings, contracts: list[SourceContract]
) -> None:
    erase(settings, WEI)
    file = settings.home / LIST
    file.write_text(file.read_text() + '{"request": "x", "kind": "y", "hash": "z"}\n')
    with pytest.raises(KeyFileError, match="was made with another key"):
        screen_object(settings, contracts, contracts[0], "tickets")
