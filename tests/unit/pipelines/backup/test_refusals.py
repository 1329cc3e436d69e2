"""Backups: what is refused before restic is asked, and the marker of a restored instance."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets.publish.defs import build_publication_asset
from pipelines.backup import __main__ as backup_command
from pipelines.backup import suppression_replay
from pipelines.backup.errors import BackupError
from pipelines.backup.repository import repository_of
from pipelines.backup.restic import Restic
from pipelines.backup.suppression_list import merge_into
from pipelines.backup.suppression_replay import (
    MARKER,
    Restored,
    mark_replayed,
    replay_needed,
    write_marker,
)
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import load_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("C360_HOME", str(home))
    return home


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "C360_BACKUP_REPOSITORY is not set"),
        ("{home}", "lies inside C360_HOME"),
        ("{home}/landing/../backups", "lies inside C360_HOME"),
    ],
)
def test_a_place_that_protects_nothing_is_refused(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    place: str,
    words: str,
) -> None:
    monkeypatch.setenv("C360_BACKUP_REPOSITORY", place.format(home=home))
    assert backup_command.main() == 1
    shown = capsys.readouterr().err
    assert words in shown
    assert shown.count("\n") == 1


def test_without_restic_it_says_what_to_install(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("C360_BACKUP_REPOSITORY", str(home.parent / "repository"))
    monkeypatch.setenv("C360_BACKUP_BINARY", "no-such-restic")
    assert backup_command.main() == 1
    assert "apt-get install restic" in capsys.readouterr().err
    assert not (home / "secrets" / "backup.password").exists()


def test_an_address_and_its_password_are_not_repeated(tmp_path: Path) -> None:
    script = tmp_path / "restic"
    script.write_text('#!/bin/sh\necho "Fatal: no answer from $RESTIC_REPOSITORY" >&2\nexit 1\n')
    script.chmod(0o700)
    address = "rest:https://me:s3cret@host/"  # allowlist secret: nobody serves this address
    restic = Restic(str(script), address, tmp_path / "password")
    with pytest.raises(BackupError) as error:
        restic.run("snapshots")
    assert str(error.value) == "restic snapshots failed: Fatal: no answer from the repository"


def test_an_address_is_no_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_BACKUP_REPOSITORY", "s3:https://host/bucket")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    restic = repository_of(load_settings())
    assert restic.repository == "s3:https://host/bucket"
    assert restic.variables == {"AWS_ACCESS_KEY_ID": "id"}
    assert restic.cache == home / ".backup" / "cache"


def test_an_instance_that_was_never_restored_needs_no_replay(home: Path) -> None:
    assert not replay_needed(home)
    mark_replayed(home)
    assert not (home / MARKER).exists()


def test_a_restored_instance_needs_it_until_it_is_marked(home: Path) -> None:
    write_marker(home, Restored("4b" * 32, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"))
    assert replay_needed(home)
    mark_replayed(home)
    assert not replay_needed(home)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b'{"replayed_at": "2026"}'])
def test_a_restore_that_was_killed_is_never_marked(
    home: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    write_marker(home, Restored("4b" * 32, "", "2026-11-02T00:00:00Z"))
    if content is not None:
        (home / MARKER).write_bytes(content)
    with pytest.raises(BackupError, match="restore again"):
        mark_replayed(home)
    assert suppression_replay.main(["--nobody-erased"]) == 1
    assert "was not finished" in capsys.readouterr().err
    assert replay_needed(home)


def test_nobody_is_confirmed_away(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_marker(home, Restored("4b" * 32, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"))
    assert suppression_replay.main([]) == 1
    assert "say so" in capsys.readouterr().err
    listed = home / "suppression" / "list.ndjson"
    listed.parent.mkdir()
    listed.write_text('{"subject":"a"}\n')
    assert suppression_replay.main(["--nobody-erased"]) == 1
    assert "make restore-replay" in capsys.readouterr().err
    assert replay_needed(home)
    listed.unlink()
    assert suppression_replay.main(["--nobody-erased"]) == 0
    assert suppression_replay.main([]) == 0
    assert not replay_needed(home)


def test_no_list_stays_no_list(home: Path) -> None:
    assert merge_into(home, None) == 0
    assert not (home / "suppression").exists()


def test_a_restored_instance_publishes_nothing(home: Path) -> None:
    write_marker(home, Restored("4b" * 32, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"))
    with pytest.raises(dg.Failure, match="make restore-replay"):
        dg.materialize(
            [build_publication_asset([], replay_needed)],
            resources={"pipeline": PipelineResource()},
            tags={"dagster/partition": "2017-12-31", **keys.LANDS_ANEW},
        )
    assert not (home / "publish").exists()
