"""A published instance, and an audience `list` of its champions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.audiences.small_instance import declare, publish


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    publish(home)
    declare(home)
    monkeypatch.setenv("C360_HOME", str(home))
    monkeypatch.setenv("C360_AUDIENCES_FILE", str(home / "audiences.yml"))
    return home
