"""Runs side by side, and the backup that needs the instance still."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pipelines.runtime.writers import InstanceBusyError, nobody_writes, writing


def test_any_number_may_write_and_then_nobody_may_freeze(tmp_path: Path) -> None:
    both = (writing(tmp_path), writing(tmp_path))
    refused = pytest.raises(InstanceBusyError, match="A run is writing")
    with both[0], both[1], refused, nobody_writes(tmp_path):
        pass
    with nobody_writes(tmp_path), pytest.raises(InstanceBusyError), nobody_writes(tmp_path):
        pass


def test_a_run_waits_until_the_instance_may_change_again(tmp_path: Path) -> None:
    began = threading.Event()

    def run() -> None:
        with writing(tmp_path):
            began.set()

    with nobody_writes(tmp_path):
        waiting = threading.Thread(target=run)
        waiting.start()
        assert not began.wait(0.2)
    waiting.join(timeout=30)
    assert began.is_set()
