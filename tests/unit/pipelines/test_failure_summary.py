"""What `make run` says of a run that failed: what readers see now."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.publish.switch import Publication
from pipelines.runtime.builds import Build
from pipelines.runtime.settings import Settings
from pipelines.summary import failure_lines


@pytest.mark.parametrize(
    ("live", "words"),
    [
        (None, "Nothing was published, and nothing was before."),
        ("run-1", "Nothing was published. Readers still see run run-1, business date 2017-12-30."),
        ("run-2", "The files of this run are published; what failed came after them."),
    ],
)
def test_it_says_what_readers_see(tmp_path: Path, live: str | None, words: str) -> None:
    publication = Publication(live, "2017-12-30", "2026-01-01", {}) if live else None
    settings = Settings.model_construct(home=tmp_path)
    failures = ["publish__postgres: No connection to PostgreSQL"]
    lines = failure_lines(settings, publication, [], failures, Build(tmp_path / "run-2"))
    assert words in lines
    assert "  failed: publish__postgres: No connection to PostgreSQL" in lines
