from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.enrich.identity.explain.small_vault import Build


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    made = Build(tmp_path / "home" / "builds" / "run-1")
    yield made
    made.close()
