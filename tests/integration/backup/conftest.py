"""A company that was backed up once, and copies of it."""

from __future__ import annotations

import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from pipelines.backup import __main__ as backup_command
from pipelines.runtime.settings import load_settings
from tests.integration.backup.company import Company, First
from tests.integration.backup.instance import make_instance, need_restic


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> First:
    need_restic()
    folder = tmp_path_factory.mktemp("backed_up")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as said:
        _set(patch, folder)
        make_instance(folder / "home")
        assert backup_command.main() == 0
    return First(folder, said.getvalue())


@pytest.fixture
def company(
    backed_up: First,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Company:
    """A copy of that company: opening and making repositories is what restic takes time for."""
    shutil.copytree(backed_up.folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    _set(monkeypatch, tmp_path)
    return Company(tmp_path, load_settings(), capsys)


def _set(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv("C360_HOME", str(folder / "home"))
    patch.setenv("C360_BACKUP_REPOSITORY", str(folder / "repository"))
