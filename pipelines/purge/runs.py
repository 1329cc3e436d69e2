"""Dagster's memory of old runs: their events, the output of their steps, and the bytes of both."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage

ENDED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]
UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]

BUSY_SECONDS = 5


def old_runs(
    instance: dg.DagsterInstance, now: datetime, days: int, kept: Collection[str]
) -> list[str]:
    """Runs that ended more than `days` ago, but for those whose builds are kept.

    Args:
        instance: Whose runs.
        now: UTC without time zone.
        days: How long they are kept.
        kept: Run ids of the builds and publications that stay.
    """
    before = now.replace(tzinfo=UTC) - timedelta(days=days)
    ended = instance.get_runs(filters=dg.RunsFilter(statuses=ENDED, updated_before=before))
    return [run.run_id for run in ended if run.run_id not in kept]


def remove_runs(instance: dg.DagsterInstance, run_ids: Sequence[str]) -> None:
    """Remove runs with their events and the output of their steps."""
    storage = instance.event_log_storage
    for run_id in run_ids:
        instance.delete_run(run_id)
        instance.compute_log_manager.delete_logs(prefix=[run_id])
        if isinstance(storage, SqliteEventLogStorage):
            # Dagster empties the file of a run, and leaves it: with all bytes in it.
            shard = Path(storage.path_for_shard(run_id))
            for file in shard.parent.glob(f"{shard.name}*"):
                file.unlink()


def compact(instance: dg.DagsterInstance, own_run: str | None = None) -> list[str]:
    """Write Dagster's SQLite files anew, without the bytes of what was deleted from them.

    Args:
        instance: Whose files.
        own_run: The run that this is part of, if it is part of one.

    Returns:
        Names of the files that stay as they are, since somebody uses them now.
    """
    files = sorted(Path(instance.root_directory).glob("history/**/*.db"))
    shared = [it for it in files if it.name in ("runs.db", "index.db")]
    others = instance.get_runs(filters=dg.RunsFilter(statuses=UNDER_WAY))
    if any(run.run_id != own_run for run in others):
        return [file.name for file in shared]
    return [file.name for file in shared if not _vacuumed(file)]


def _vacuumed(file: Path) -> bool:
    with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as con:
        try:
            con.execute("vacuum")
            con.execute("pragma wal_checkpoint(truncate)").fetchall()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                return False
            raise
    return True
