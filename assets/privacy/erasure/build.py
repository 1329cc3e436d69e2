"""A new build and publication from the live ones, without the person, in place of all others."""

from __future__ import annotations

import shutil
from dataclasses import replace

from assets.enrich.identity.rules import default_rules
from assets.privacy.erasure.databases import copy_database
from assets.privacy.subject.live import LiveBuild, rows_by_table
from assets.publish.exports import published_tables, write_publication
from assets.publish.switch import (
    Publication,
    published_at,
    publishing,
    staging_folder,
    switch_to,
)
from assets.warehouse.project import read_manifest
from pipelines.runtime.builds import builds_folder, open_build
from pipelines.runtime.clock import utc_now
from pipelines.runtime.databases import attach
from pipelines.runtime.settings import Settings


class CopyError(Exception):
    """One line: rows of the person would be in the new build; nothing was published."""


def write_build_without(settings: Settings, live: LiveBuild, run_id: str) -> dict[str, int]:
    """Write a new build; rows that did not come along, by table.

    Raises:
        CopyError: rows of the person are in it all the same; it is removed.
    """
    new = open_build(settings, run_id)
    gone: dict[str, int] = {}
    left: dict[str, int] = {}
    for catalog, path in (("vault", new.vault_path), ("warehouse", new.warehouse_path)):
        attach(live.con, path, f"new_{catalog}", writable=True)
        path.chmod(0o600)
        tables = [table for table in live.tables if table.catalog == catalog]
        counts = copy_database(
            live.con, f"new_{catalog}", tables, default_rules(), settings.phone_region
        )
        gone |= {f"{catalog}.{name}": count for name, count in counts.items()}
        copied = replace(live, tables=[replace(it, catalog=f"new_{catalog}") for it in tables])
        left |= rows_by_table(copied, settings.phone_region)
        live.con.execute(f"detach new_{catalog}").fetchall()
    if left:
        shutil.rmtree(new.folder)
        raise CopyError(
            f"rows of the person were copied: {', '.join(sorted(left))}; this is a mistake of the "
            "program: the person stands on the suppression list, and a whole run is without them"
        )
    return gone


def publish(settings: Settings, live: Publication, run_id: str) -> Publication:
    """Publish a build that was written; `remove_builds` has to follow."""
    folder = settings.publish_current.parent
    stamp = {
        "run_id": run_id,
        "as_of": live.as_of,
        "published_at": published_at(utc_now()),
    }
    with publishing(folder):
        with open_build(settings, run_id).connect() as con:
            partial = staging_folder(folder, run_id)
            counts = write_publication(con, partial, published_tables(read_manifest()), stamp)
        publication = Publication(**stamp, tables=counts)
        switch_to(folder, partial, publication, settings.publish_group)
    return publication


def remove_builds(settings: Settings, kept: str | None) -> list[str]:
    """Remove builds, publications and results of their gates, whole; the run ids that are gone.

    To be called while nobody writes: a build of a run that failed or was killed goes too.

    Args:
        settings: Of the instance.
        kept: Run id of the live build; None where nothing may stay live.
    """
    publications = settings.publish_current.parent
    with publishing(publications):
        if kept is None:
            settings.publish_current.unlink(missing_ok=True)
        doomed = [
            folder
            for parent in (publications, builds_folder(settings))
            if parent.is_dir()
            for folder in parent.iterdir()
            if folder.is_dir() and not folder.is_symlink() and folder.name != kept
        ]
        names = sorted({folder.name for folder in doomed})
        results = [settings.home / "quality" / name for name in names]
        for folder in (*doomed, *(it for it in results if it.is_dir())):
            shutil.rmtree(folder)
    return names
