"""What leaves dbt: failures named, values masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.warehouse import project


def test_a_database_error_is_told_without_the_values_it_quotes() -> None:
    message = (
        "Runtime Error in model x\n Conversion Error: Could not convert string "
        "'li.wei@example.com' to INT32 at 13812345678"
    )
    message += ', invalid date field format: "Zhang San", Input: "{Zhang San, 1990'
    told = project.without_values(message)
    assert "Conversion Error" in told
    assert "example.com" not in told
    assert "13812345678" not in told
    assert "Zhang" not in told


def test_a_missing_manifest_says_which_command_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project, "MANIFEST_PATH", project.PROJECT_ROOT / "no" / "manifest.json")
    with pytest.raises(project.ManifestMissingError, match="make manifest"):
        project.read_manifest()
