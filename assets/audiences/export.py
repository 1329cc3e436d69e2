"""One export of an audience: from the live publication and the vault of its build into a file.

The list is written aside, recorded in the audit log, and only then gets its name: nothing leaves
unrecorded.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from assets.audiences.addresses import CHANNELS
from assets.audiences.columns import columns_of_customers, question
from assets.audiences.declared import Audience, load_audiences
from assets.audiences.errors import AudienceError
from assets.audiences.folder import target_folder
from assets.audiences.members import MEMBERS, Counts, cells, write_members
from assets.publish.switch import Publication, current, publications
from assets.raw.spreadsheets import write_csv
from pipelines.runtime.audit_facts import Action
from pipelines.runtime.audit_log import record
from pipelines.runtime.builds import Build, builds_folder, in_use
from pipelines.runtime.databases import attach, connect
from pipelines.runtime.private_files import make_private_folder, sync_folder, written_whole
from pipelines.runtime.settings import Settings
from pipelines.runtime.writers import writing


@dataclass(frozen=True)
class Exported:
    """What was exported.

    Attributes:
        audience: Its name.
        publication: It is of.
        counts: How many were selected and exported.
        file: The list; None after a dry run.
    """

    audience: str
    publication: Publication
    counts: Counts
    file: Path | None


def export_audience(
    settings: Settings,
    name: str,
    manifest: Mapping[str, Any],
    replay_needed: Callable[[Path], bool],
    *,
    out: Path | None = None,
    dry_run: bool = False,
) -> Exported:
    """Export the list of one audience.

    Args:
        settings: Of the instance.
        name: Of the audience.
        manifest: Of dbt.
        replay_needed: Whether the instance came out of a backup, and those who were erased since
            may be in it.
        out: Folder for it, else that of the instance.
        dry_run: Count only.

    Raises:
        AudienceError: the audience cannot be exported, and why.
    """
    audience = _declared(settings, name)
    folder = target_folder(settings.home, name, out)
    if replay_needed(settings.home):
        raise AudienceError(
            "This instance was restored from a backup, and people who were erased since may be in"
            " it: nothing is exported before `make restore-confirm` (docs/runbooks/backup.md)"
        )
    publication = live_publication(settings.publish_current.parent)
    with writing(settings.home), _opened(settings, publication.run_id) as con:
        asked = question(con, name, audience, columns_of_customers(con, manifest))
        counts = write_members(con, audience, asked)
        minimum = settings.audience_minimum
        if counts.exported < minimum:
            raise AudienceError(
                f"{name}: fewer than {minimum} people would be on the list"
                " (C360_AUDIENCE_MINIMUM); ask for a larger group, or none of them can be reached"
                " there with consent"
            )
        done = Exported(name, publication, counts, None)
        if dry_run:
            return done
        content = {
            "audience": name,
            **audience.model_dump(include={"description", "description_zh", "purpose", "channel"}),
            **_of(publication),
            "minimum": minimum,
            **asdict(counts),
            "cells": cells(con, asked, minimum),
        }
        return _written(settings, con, folder, done, audience, content)


def live_publication(folder: Path) -> Publication:
    """The publication that readers see, if it is the newest that there is.

    Raises:
        AudienceError: there is none, or it was rolled back: who withdrew since would be in it.
    """
    live = current(folder)
    if live is None:
        raise AudienceError("Nothing is published yet; `make run` publishes")
    if publications(folder)[-1].run_id != live.run_id:
        raise AudienceError(
            "The live publication was rolled back, and who withdrew a consent since may be in it;"
            " nothing is exported before the next `make run`"
        )
    return live


def _declared(settings: Settings, name: str) -> Audience:
    audiences = load_audiences(settings.audiences_path)
    if name not in audiences:
        raise AudienceError(
            f"There is no audience of that name; {settings.audiences_path.name} declares"
            f" {', '.join(sorted(audiences))}"
        )
    return audiences[name]


@contextmanager
def _opened(settings: Settings, run_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The publication and the vault of its build, which is not removed meanwhile; both read-only.

    What does not fit into memory is spilled beside the vault, never elsewhere.
    """
    build = Build(builds_folder(settings) / run_id)
    if not build.vault_path.is_file():
        raise AudienceError(
            f"The build of the live publication {run_id} is not there, and so there are no"
            " addresses; `make run` makes one"
        )
    published = settings.publish_current.parent / run_id / "marts.duckdb"
    limits = settings.memory_limit, settings.threads
    with in_use(build), connect(build.spill_folder, *limits) as con:
        attach(con, published, "publication")
        attach(con, build.vault_path, "vault")
        try:
            yield con
        except duckdb.Error as error:
            # Its text may quote values.
            raise AudienceError(
                f"the database refused ({type(error).__name__}): the publication {run_id} or its"
                " build is damaged, or of another version; `make run` makes both anew"
            ) from None


def _written(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    done: Exported,
    audience: Audience,
    content: Mapping[str, Any],
) -> Exported:
    live = done.publication
    file = make_private_folder(folder) / f"{live.as_of}_{live.run_id}.csv"
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    # An address that is a number is written as it is: with an apostrophe no tool would dial it.
    as_it_is = ("address",) if CHANNELS[audience.channel].is_number else ()
    try:
        write_csv(con, f"select * from {MEMBERS}", aside, as_it_is)
        with aside.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        facts = {
            "audience": done.audience,
            "purpose": audience.purpose,
            "channel": audience.channel,
            **_of(live),
            **{f"{what}_rows": count for what, count in asdict(done.counts).items()},
            "has_names": audience.with_name,
            "sha256": digest,
        }
        record(settings, Action.EXPORTED_AUDIENCE, facts)
        with written_whole(file.with_suffix(".json")) as counts:
            text = json.dumps({**content, "sha256": digest}, indent=2, ensure_ascii=False)
            counts.write(text.encode() + b"\n")
        os.replace(aside, file)
        sync_folder(folder)
    finally:
        aside.unlink(missing_ok=True)
    return Exported(done.audience, live, done.counts, file)


def _of(live: Publication) -> dict[str, str]:
    return {"run_id": live.run_id, "as_of": live.as_of}
