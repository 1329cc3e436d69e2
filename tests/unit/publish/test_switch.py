"""The publish folder: whole switches, refusals, rollback, pruning."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from assets.publish.switch import (
    Publication,
    PublishError,
    current,
    prune,
    publications,
    publishing,
    rollback,
    staging_folder,
    switch_to,
)


def publish(folder: Path, run_id: str, moment: str, text: str = "rows") -> Path:
    with publishing(folder):
        partial = staging_folder(folder, run_id)
        (partial / "marts.txt").write_text(text)
        return switch_to(folder, partial, Publication(run_id, "2017-12-31", moment, {"rfm": 1}))


def test_current_follows_the_newest_publication(tmp_path: Path) -> None:
    publish(tmp_path, "run-b", "2026-01-01T00:00:00")
    publish(tmp_path, "run-a", "2026-01-02T00:00:00")
    live = current(tmp_path)
    assert live is not None
    assert live.run_id == "run-a"
    assert os.readlink(tmp_path / "current") == "run-a"
    assert [p.run_id for p in publications(tmp_path)] == ["run-b", "run-a"]


def test_a_reader_that_opened_the_old_publication_keeps_it(tmp_path: Path) -> None:
    publish(tmp_path, "run-1", "2026-01-01T00:00:00", "old")
    with (tmp_path / "current" / "marts.txt").open() as reader:
        publish(tmp_path, "run-2", "2026-01-02T00:00:00", "new")
        assert reader.read() == "old"
    assert (tmp_path / "current" / "marts.txt").read_text() == "new"


def test_a_second_publisher_is_refused_and_nothing_is_switched(tmp_path: Path) -> None:
    publish(tmp_path, "run-1", "2026-01-01T00:00:00")
    with (tmp_path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(PublishError, match="Another run is publishing"):
            publish(tmp_path, "run-2", "2026-01-02T00:00:00")
    live = current(tmp_path)
    assert live is not None
    assert live.run_id == "run-1"


def test_what_a_killed_run_left_is_never_seen_and_is_replaced(tmp_path: Path) -> None:
    publish(tmp_path, "run-1", "2026-01-01T00:00:00")
    left = staging_folder(tmp_path, "run-2")
    (left / "half.txt").write_text("half")
    assert [p.run_id for p in publications(tmp_path)] == ["run-1"]
    final = publish(tmp_path, "run-2", "2026-01-02T00:00:00")
    assert not (final / "half.txt").exists()


def test_rollback_goes_back_one_and_then_refuses(tmp_path: Path) -> None:
    publish(tmp_path, "run-1", "2026-01-01T00:00:00")
    publish(tmp_path, "run-2", "2026-01-02T00:00:00")
    assert rollback(tmp_path).run_id == "run-1"
    live = current(tmp_path)
    assert live is not None
    assert live.run_id == "run-1"
    with pytest.raises(PublishError, match="nothing to go back to"):
        rollback(tmp_path)


def test_rollback_of_nothing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="make run"):
        rollback(tmp_path)


def test_pruning_keeps_the_newest_the_live_and_the_ones_in_use(tmp_path: Path) -> None:
    folder, builds = tmp_path / "publish", tmp_path / "builds"
    for number in range(1, 5):
        publish(folder, f"run-{number}", f"2026-01-0{number}T00:00:00")
        (builds / f"run-{number}").mkdir(parents=True)
        (tmp_path / "quality" / f"run-{number}").mkdir(parents=True)
        os.utime(builds / f"run-{number}", (number, number))
    rollback(folder)
    rollback(folder)
    removed = prune(
        folder, builds, tmp_path / "quality", keep=1, in_use=lambda path: path.name == "run-1"
    )
    assert removed == ["run-1", "run-3"]
    assert {p.run_id for p in publications(folder)} == {"run-2", "run-4"}
    assert {path.name for path in builds.iterdir()} == {"run-1", "run-2", "run-4"}
    assert not (tmp_path / "quality" / "run-3").exists()
