"""A company that has an instance and a repository, driven by the commands a user types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.backup import __main__ as backup_command
from pipelines.backup import restore as restore_command
from pipelines.backup.repository import repository_of, snapshots
from pipelines.runtime.audit_check import check_log
from pipelines.runtime.audit_lines import Signer
from pipelines.runtime.key_file import load_key
from pipelines.runtime.settings import Settings


@dataclass
class Company:
    """An instance under `folder/home`, its repository beside it, and the commands."""

    folder: Path
    settings: Settings
    capsys: pytest.CaptureFixture[str]

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    def backup(self) -> str:
        assert backup_command.main() == 0, self.capsys.readouterr().err
        return self.capsys.readouterr().out

    def restore(self, name: str = "restored", *more: str) -> Path:
        arguments = ["--out", str(self.folder / name), *more]
        assert restore_command.main(arguments) == 0, self.capsys.readouterr().err
        return self.folder / name

    def refused(self, command: Callable[..., int], *arguments: str) -> str:
        self.capsys.readouterr()
        code = command(list(arguments)) if arguments else command()
        shown = self.capsys.readouterr()
        assert code == 1, shown.out
        assert shown.err.startswith("error: ")
        assert shown.err.count("\n") == 1
        return shown.err

    def snapshots(self) -> list[str]:
        return [snapshot.id for snapshot in snapshots(repository_of(self.settings))]

    def actions(self, home: Path | None = None) -> list[str]:
        signer = Signer(load_key(self.settings.key_file))
        found = check_log((home or self.home) / "audit", signer)
        assert not found.wrong
        return [entry.action for entry in found.entries]


@dataclass(frozen=True)
class First:
    """A company that was backed up once: its folder, and what the command said."""

    folder: Path
    said: str
