"""The pages of one stream, written anew without what the traces name.

A page that loses records keeps its number, under the name that says how many it has left; an empty
one stays, so that the pages of a pull are still all there.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assets.privacy.erasure.erasing import Erasing, RewriteError
from assets.privacy.erasure.rewrite_files import judge_of_numbers
from assets.privacy.erasure.rewrite_text import (
    Judging,
    clear_json,
    json_value,
    remaining_json_lines,
)
from assets.privacy.erasure.verdicts import Tally
from assets.privacy.subject.leads import Lead, leads
from assets.privacy.subject.traces import Held
from assets.raw.connector.fields import WHOLE_RECORD
from assets.raw.connector.pages import LandedStream, read_pages
from assets.raw.connector.pulls import (
    COMPRESSION,
    PAGE,
    LandedPage,
    Pull,
    PullStore,
    write_json,
)
from assets.raw.contract_model import ObjectContract
from pipelines.runtime.private_files import locked, sync_folder
from pipelines.runtime.sealed_files import sealed_whole

Objects = Mapping[str, ObjectContract]

SCREENED = "screened.json"
"""Beside the pages of a pull: which part of the suppression list they were compared with."""


def erase_stream(
    erasing: Erasing, store: PullStore, source: str, objects: Objects
) -> dict[str, Tally]:
    """Write the pages of a stream anew; what went of each page that was changed, by its label.

    Pulls that were compared with the same traces before are not opened.

    Args:
        erasing: What is compared.
        store: The stream.
        source: Its source.
        objects: Those that are made of the stream, by name; a record goes when one says so.

    Raises:
        RewriteError: a pull would not be right afterwards.
    """
    looked = {name: leads(source, obj) for name, obj in objects.items()}
    every = [lead for found in looked.values() for lead in found]
    done: dict[str, Tally] = {}
    if not every or not store.folder.exists():
        return done
    with locked(store.folder):
        unfinished = [pull for pull in store.pulls() if not pull.checkpoint.done]
        while waiting := _waiting(store, erasing.mark(every), unfinished):
            unfinished = []  # once: they grow, and are compared again when they are done
            for pull in waiting:
                recount(pull)
            with _opened(erasing, waiting) as rows:
                held = {
                    name: erasing.look(_relations(rows, obj), source, name, obj)
                    for name, obj in objects.items()
                    if looked[name] and rows
                }
                fates = _fates(erasing, rows, objects, looked, held)
            mark = erasing.mark(every)
            for pull in waiting:
                for page in pull.pages:
                    label = f"{pull.asked.stream}/{pull.name}/{page.number:08}"
                    if label in fates:
                        judge = judge_of_numbers(fates[label].gone, fates[label].cleared)
                        done[label] = rewrite_page(page, judge, clearing(objects))
                recount(pull)
            _check(erasing, waiting, objects, looked)
            for pull in waiting:
                if pull.checkpoint.done:
                    write_json(pull.folder / SCREENED, {"screened": mark})
    return done


def _waiting(store: PullStore, mark: str | None, unfinished: Sequence[Pull]) -> list[Pull]:
    """Pulls that were not compared with these traces."""
    if mark is None:
        return []
    done = [it for it in store.done() if _read(it.folder / SCREENED).get("screened") != mark]
    return [*unfinished, *done]


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


@contextmanager
def _opened(
    erasing: Erasing, pulls: Sequence[Pull]
) -> Iterator[list[tuple[LandedStream, list[Path]]]]:
    """Each pull that has pages, with its pages in the clear."""
    with TemporaryDirectory(dir=erasing.scratch) as scratch:
        found = []
        for number, pull in enumerate(pulls):
            landed = LandedStream([Pull(pull.folder, pull.keys)])
            if landed.pages:
                place = Path(scratch) / str(number)
                place.mkdir()
                found.append((landed, landed.opened(place)))
        yield found


def _relations(
    rows: Sequence[tuple[LandedStream, list[Path]]], obj: ObjectContract
) -> dict[str, str]:
    return {landed.pulls[0].name: read_pages(obj, landed, opened).query for landed, opened in rows}


@dataclass
class Fate:
    """Numbers of the records of a page that go, and by object and title of those losing a value."""

    gone: set[int] = field(default_factory=set)
    cleared: dict[str, set[int]] = field(default_factory=dict)


def _fates(
    erasing: Erasing,
    rows: Sequence[tuple[LandedStream, list[Path]]],
    objects: Objects,
    looked: Mapping[str, Sequence[Lead]],
    held: Mapping[str, Sequence[Held]],
) -> dict[str, Fate]:
    """What becomes of the pages that hold something, by their labels."""
    fates: defaultdict[str, Fate] = defaultdict(Fate)
    for name in (name for name in held if held[name]):
        obj = objects[name]
        titles = {column.name: column.title for column in obj.columns}
        for query in _relations(rows, obj).values():
            for label, number in _found(erasing, query, looked[name], held[name]):
                fates[label].gone.add(number)
            for lead in (lead for lead in looked[name] if lead.clears):
                for label, number in _found(erasing, query, [lead], held[name], clears=True):
                    named = f"{name} {titles[lead.column]}"
                    fates[label].cleared.setdefault(named, set()).add(number)
    return fates


def _found(
    erasing: Erasing,
    query: str,
    looked: Sequence[Lead],
    held: Sequence[Held],
    clears: bool = False,
) -> list[tuple[str, int]]:
    """Label and number of the records that hold one of the values."""
    matching = erasing.matching(looked, held, clears)
    return erasing.con.execute(
        f"select distinct _file, _position from ({query}) as read where {matching}"
    ).fetchall()


def _check(
    erasing: Erasing, pulls: Sequence[Pull], objects: Objects, looked: Mapping[str, Sequence[Lead]]
) -> None:
    with _opened(erasing, pulls) as rows:
        for name in (name for name in objects if looked[name]):
            for pull, query in _relations(rows, objects[name]).items():
                if erasing.held(f"({query}) as read", looked[name]):
                    raise RewriteError(
                        f"{pull}: the person would still be in it; remove the landed pull"
                    )


def elements(record: Any, unnest: str | None) -> list[Any]:
    """The rows that an object makes of a record."""
    if unnest is None:
        return [record]
    found = record
    for part in unnest.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def clearing(objects: Objects) -> Callable[[Any, str], None]:
    """What empties a value in a record: it is named by its object and title, `things mobile`."""

    def clear(record: Any, named: str) -> None:
        name, _, title = named.partition(" ")
        whole = title.startswith(WHOLE_RECORD)
        rows = [record] if whole else elements(record, objects[name].unnest)
        for row in rows:
            if json_value(row, title.removeprefix(WHOLE_RECORD)) is not None:
                clear_json(row, title.removeprefix(WHOLE_RECORD))

    return clear


def rewrite_page(page: LandedPage, judge: Judging, clear: Callable[[Any, str], None]) -> Tally:
    """Write a page without the records that go; its old bytes are gone with it.

    Args:
        page: The page.
        judge: Of its records.
        clear: Empties what a verdict names in a record.
    """
    tally = Tally()
    lines = list(remaining_json_lines(page.lines(), judge, clear, tally))
    if tally.gone or tally.cleared:
        with sealed_whole(page.file, page.keys) as sealed:
            sealed.write(gzip.compress(b"".join(lines), COMPRESSION, mtime=0))
        # After a kill between the two, the name tells more records than there are: done again.
        named = page.file.with_name(f"{page.number:08}-{len(lines)}{PAGE}")
        os.replace(page.file, named)
        sync_folder(page.file.parent)
    return tally


def recount(pull: Pull) -> None:
    """Let the checkpoint say how many records there are; a killed erasure leaves it behind."""
    records = sum(page.records for page in pull.pages)
    if records != pull.checkpoint.records:
        counted = replace(pull.checkpoint, records=records)
        write_json(pull.folder / "checkpoint.json", asdict(counted))
