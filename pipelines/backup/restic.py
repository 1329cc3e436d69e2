"""The program restic, and its errors in one line each."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.backup.errors import BackupError

SAID = {
    "wrong password": (
        "the repository does not open with this password; put the right file back at "
        "C360_BACKUP_PASSWORD_FILE"
    ),
    "config file already exists": (
        "there is a repository already, and no password file: put it back at "
        "C360_BACKUP_PASSWORD_FILE; a new one could not open it"
    ),
    "Is there a repository": (
        "there is no repository at C360_BACKUP_REPOSITORY, or it cannot be reached; the first "
        "`make backup` makes it"
    ),
    "no matching ID found": "no snapshot has this id; `make backup-verify` lists them",
    "no snapshot found": "the repository holds no snapshot; run `make backup` first",
    "already locked": "another backup is working in the repository; wait until it has ended",
    "no space left": "the disk of the repository is full",
    "permission denied": "the repository may not be read or written by this user",
}
DAMAGED = (
    "the repository is damaged: keep it as it is, start a new one at another "
    "C360_BACKUP_REPOSITORY, and see docs/runbooks/backup.md"
)
SIGNS_OF_DAMAGE = ("repository contains errors", "ciphertext verification failed", "not found in")


@dataclass(frozen=True)
class Restic:
    """One repository.

    Attributes:
        binary: program, by name or path.
        repository: path or address; may hold a password, hence never shown.
        password_file: what opens it.
        cache: folder for its indexes; None for none.
        variables: access data of the place where the repository is.
    """

    binary: str
    repository: str
    password_file: Path
    cache: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    def run(self, *arguments: str, cwd: Path | None = None) -> str:
        """What the command prints.

        Raises:
            BackupError: restic is not there, or says that something is wrong.
        """
        cached = ["--cache-dir", str(self.cache)] if self.cache else ["--no-cache"]
        try:
            done = subprocess.run(
                [self.binary, *cached, *arguments],
                cwd=cwd,
                env={**_environment(), **self.variables, **self._access()},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
            )
        except (FileNotFoundError, PermissionError):
            raise BackupError(
                f"C360_BACKUP_BINARY={self.binary}: there is no such program; install restic "
                "(Debian: apt-get install restic)"
            ) from None
        if done.returncode:
            raise BackupError(self._reason(arguments[0], done.stderr + done.stdout))
        return done.stdout

    def _access(self) -> dict[str, str]:
        # Not as arguments: those are seen by every user of the machine.
        return {
            "RESTIC_REPOSITORY": self.repository,
            "RESTIC_PASSWORD_FILE": str(self.password_file),
        }

    def _reason(self, command: str, said: str) -> str:
        known = [meaning for sign, meaning in SAID.items() if sign.lower() in said.lower()]
        if known:
            return f"restic {command}: {known[0]}"
        if any(sign in said for sign in SIGNS_OF_DAMAGE):
            return f"restic {command}: {DAMAGED}"
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        last = lines[-1].replace(self.repository, "the repository")[:200] if lines else "no reason"
        return f"restic {command} failed: {last}"


def _environment() -> dict[str, str]:
    """The process's own, without what would contradict the settings."""
    ours = ("RESTIC_REPOSITORY", "RESTIC_PASSWORD")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
