"""Where files lie that left the warehouse with personal data in the clear, and for how long.

    <home>/exports/audiences/<audience>/<business date>_<run>.csv and .json

Consents change every night, so that an old list is wrong before it is a risk.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from assets.audiences.errors import AudienceError

EXPORTS = "exports"
AUDIENCES = "audiences"


def exports_folder(home: Path) -> Path:
    """Folder of everything that was exported and may be removed; in no backup."""
    return home / EXPORTS


def target_folder(home: Path, audience: str, out: Path | None) -> Path:
    """Where a list is written: in the instance, or in a folder that was asked for.

    Raises:
        AudienceError: readers of publications could read it there.
    """
    if out is None:
        return exports_folder(home) / AUDIENCES / audience
    published = (home / "publish").resolve()
    if out.resolve().is_relative_to(published):
        raise AudienceError(
            "OUT lies in the folder of publications, which others may read; name another folder"
        )
    return out / audience


def expired_exports(home: Path, today: date, keep_days: int) -> list[Path]:
    """Files below `exports` that were written more than so many days ago, in order.

    Args:
        home: Of the instance.
        today: By the clock, in UTC: what counts is since when the file is out, not its business
            date.
        keep_days: C360_KEEP_EXPORTS_DAYS.
    """
    last = today - timedelta(days=keep_days)
    return [
        Path(folder) / name
        for folder, _, names in sorted(os.walk(exports_folder(home)))
        for name in sorted(names)
        if _written_on(Path(folder) / name) < last
    ]


def remove_exports(home: Path, files: Sequence[Path]) -> None:
    """Remove files of `exports`, and the folders that are empty then."""
    top = exports_folder(home)
    for file in files:
        file.unlink(missing_ok=True)
        folder = file.parent
        while folder.is_relative_to(top) and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _written_on(file: Path) -> date:
    return datetime.fromtimestamp(file.lstat().st_mtime, UTC).date()
