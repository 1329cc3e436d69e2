"""What is left in the instance: builds, publications, results of the gates, exports, requests.

dbt's artefacts and logs lie in the builds and go with them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from assets.publish.switch import prunable, publications, publishing
from expectations.engine.history import FOLDER, old_history
from pipelines.runtime.builds import builds_folder, is_in_use
from pipelines.runtime.exports import expired_exports, remove_exports
from pipelines.runtime.settings import Settings

RUN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Leftovers:
    """What is not kept any longer, by what it is."""

    builds: list[Path] = field(default_factory=list)
    publications: list[Path] = field(default_factory=list)
    results: list[Path] = field(default_factory=list)
    exports: list[Path] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {
            "builds": len(self.builds),
            "publications": len(self.publications),
            "results": len(self.results),
            "exports": len(self.exports),
        }


def old_leftovers(settings: Settings, as_of: date, now: datetime) -> Leftovers:
    """What is too old, or too many; builds in use and the live publication never are.

    Args:
        settings: Of the instance.
        as_of: Business date, for the history of the gates.
        now: UTC, for builds that were not published, exports and requests.
    """
    builds, publish = builds_folder(settings), settings.publish_current.parent
    audits = settings.home / FOLDER.parent
    found = Leftovers()
    if builds.is_dir() and publish.is_dir():
        for path in prunable(publish, builds, audits, settings.keep_builds, in_use=is_in_use):
            _named(found, builds, publish, path.parent).append(path)
    found.builds += [
        path
        for path in _unpublished(builds, publish)
        if path not in found.builds and _age(path, now) > settings.keep_failed_build_days
    ]
    found.publications += [*publish.glob(".*.partial")]
    kept = {path.name for path in _folders(builds)} - {path.name for path in found.builds}
    found.results += [
        path
        for path in _folders(audits)
        if _is_run_id(path.name) and path.name not in kept and path not in found.results
    ]
    found.results += old_history(settings.home, as_of, settings.quality_history_days)
    found.exports += expired_exports(settings.home, now.date(), settings.keep_exports_days)
    return found


def remove_leftovers(settings: Settings, find: Callable[[], Leftovers]) -> Leftovers:
    """Remove what is found while nobody publishes.

    Raises:
        PublishError: somebody does.
    """
    with publishing(settings.publish_current.parent):
        found = find()
        for path in (*found.publications, *found.builds, *found.results):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        remove_exports(settings.home, found.exports)
    return found


def _named(found: Leftovers, builds: Path, publish: Path, parent: Path) -> list[Path]:
    return {builds: found.builds, publish: found.publications}.get(parent, found.results)


def _unpublished(builds: Path, publish: Path) -> Iterable[Path]:
    published = {it.run_id for it in publications(publish)}
    return (it for it in _folders(builds) if it.name not in published and not is_in_use(it))


def _is_run_id(name: str) -> bool:
    """So that nothing goes that only looks like the results of a run."""
    return RUN_ID.fullmatch(name) is not None


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _age(path: Path, now: datetime) -> float:
    """Days since anything in a build was changed."""
    newest = max(it.stat().st_mtime for it in (path, *path.iterdir()))
    return (now - datetime(1970, 1, 1) - timedelta(seconds=newest)) / timedelta(days=1)  # noqa: DTZ001
