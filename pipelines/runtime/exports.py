"""Files that left the warehouse with personal data in the clear, and for how long they are kept.

    <home>/exports/audiences/<audience>/<business date>_<run>.csv and .json
    <home>/exports/customers/<run>/customer.json and .html
    <home>/requests/<name>      whom a request is about

Consents change every night, so that an old list is wrong before it is a risk. In no backup.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

EXPORTS, REQUESTS = "exports", "requests"


def exports_folder(home: Path) -> Path:
    """Folder of everything that was exported."""
    return home / EXPORTS


def expired_exports(home: Path, today: date, keep_days: int) -> list[Path]:
    """Exports and requests that were written more than so many days ago, in order.

    Args:
        home: Of the instance.
        today: By the clock, in UTC: what counts is since when the file is out, not its business
            date.
        keep_days: C360_KEEP_EXPORTS_DAYS.
    """
    last = today - timedelta(days=keep_days)
    return [file for file in _files(home) if _written_on(file) < last]


def all_exports(home: Path) -> list[Path]:
    """Every exported file, in order."""
    return [file for file in _files(home) if file.is_relative_to(exports_folder(home))]


def remove_exports(home: Path, files: Sequence[Path]) -> None:
    """Remove such files, and the folders that are empty then."""
    for file in files:
        file.unlink(missing_ok=True)
        folder = file.parent
        while folder != home and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _files(home: Path) -> list[Path]:
    return [
        Path(folder) / name
        for top in (EXPORTS, REQUESTS)
        for folder, _, names in sorted(os.walk(home / top))
        for name in sorted(names)
    ]


def _written_on(file: Path) -> date:
    return datetime.fromtimestamp(file.lstat().st_mtime, UTC).date()
