"""The repository of an instance: where it is, its password file, its snapshots."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pipelines.backup.errors import BackupError
from pipelines.backup.restic import Restic
from pipelines.runtime.private_files import make_private_folder, written_whole
from pipelines.runtime.settings import PROJECT_ROOT, Settings, variable

NAME = "customer-360"
"""Host and tag of our snapshots: a machine may be replaced, and the repository be shared."""

ADDRESS = re.compile(r"[a-z0-9]+:.+")
VARIABLES = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"),
    *("AZURE_ACCOUNT_NAME", "AZURE_ACCOUNT_KEY", "B2_ACCOUNT_ID", "B2_ACCOUNT_KEY"),
    *("GOOGLE_PROJECT_ID", "GOOGLE_APPLICATION_CREDENTIALS"),
)
"""Access data of restic's places, which may stand in `.env`; all others in the environment only."""


class Snapshot(msgspec.Struct, frozen=True):
    """One backup, as restic lists it."""

    id: str
    time: datetime


def repository_of(settings: Settings) -> Restic:
    """The repository that the settings name.

    Raises:
        BackupError: they name none, or one inside the instance.
    """
    place = settings.backup_repository
    if not place:
        raise BackupError(
            "C360_BACKUP_REPOSITORY is not set: name a folder on another disk, or an address that "
            "restic knows (sftp:, rest:, s3:, …)"
        )
    cache: Path | None = work_folder(settings.home) / "cache"
    if not ADDRESS.fullmatch(place):
        folder = (PROJECT_ROOT / Path(place).expanduser()).resolve()
        home = settings.home.resolve()
        if folder == home or home in folder.parents:
            raise BackupError(
                "C360_BACKUP_REPOSITORY lies inside C360_HOME and would be lost with it; name a "
                "folder on another disk"
            )
        place, cache = str(folder), None
    given = {name: value for name in VARIABLES if (value := variable(name))}
    return Restic(settings.backup_binary, place, settings.backup_password, cache, variables=given)


def work_folder(home: Path) -> Path:
    """Where a backup is prepared; it begins with a dot, so that it is in no backup itself."""
    return home / ".backup"


def make_password(file: Path) -> None:
    """A new password, readable by the owner only."""
    make_private_folder(file.parent)
    with written_whole(file) as handle:
        handle.write(f"{secrets.token_hex(32)}\n".encode())


def prepare(restic: Restic) -> bool:
    """Make the repository and its password where there is none; whether it was made.

    Locks in the repository of processes that are gone are removed; another backup's stay.

    Raises:
        BackupError: there is a repository, but not its password.
    """
    if restic.password_file.exists():
        need_password(restic)
        try:
            restic.run("unlock")
        except BackupError as error:
            if "no repository" not in str(error):
                raise
            restic.run("init")
            return True
        return False
    make_password(restic.password_file)
    try:
        restic.run("init")
    except BackupError:
        restic.password_file.unlink()
        raise
    return True


def need_password(restic: Restic) -> None:
    """A password that is there already, and that only the owner can read.

    Raises:
        BackupError: there is none, or others can read it.
    """
    if not restic.password_file.is_file():
        raise BackupError(
            f"{restic.password_file} is not there; put the password of the repository back "
            "(C360_BACKUP_PASSWORD_FILE)"
        )
    if restic.password_file.stat().st_mode & 0o077:
        raise BackupError(
            f"{restic.password_file} can be read by others; make it yours alone: chmod 600"
        )


def snapshots(restic: Restic) -> list[Snapshot]:
    """All snapshots of the instance, oldest first."""
    listed = restic.run("snapshots", "--json", "--host", NAME, "--tag", NAME)
    found = msgspec.json.decode(listed or "[]", type=list[Snapshot] | None) or []
    return sorted(found, key=lambda snapshot: snapshot.time)


def chosen(found: Iterable[Snapshot], named: str) -> Snapshot:
    """The newest snapshot, or the one whose id begins with what is named.

    Raises:
        BackupError: there is none, or more than one.
    """
    fitting = [it for it in found if named in ("", "latest") or it.id.startswith(named)]
    if not fitting:
        raise BackupError(
            f"SNAPSHOT={named[:64]}: there is none; `make backup-verify` lists them"
            if named
            else "the repository holds no snapshot; run `make backup` first"
        )
    if named not in ("", "latest") and len(fitting) > 1:
        raise BackupError(f"SNAPSHOT={named[:64]}: {len(fitting)} snapshots begin so; write more")
    return fitting[-1]


def utc(moment: datetime) -> datetime:
    """A moment with its zone; one without is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
