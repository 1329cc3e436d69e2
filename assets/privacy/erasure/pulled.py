"""The pages of one stream, written anew without what the traces name.

A page that loses records keeps its number, under the name that says how many it has left; an empty
one stays, so that the pages of a pull are still all there.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assets.privacy.erasure.erasing import Erasing, RewriteError
from assets.privacy.erasure.rewrite_text import clear_json, json_value, rewrite_json_lines
from assets.privacy.erasure.verdicts import Judge, Tally, Verdict, strictest
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
                _count(pull)
            with _opened(erasing, waiting) as rows:
                held = {
                    name: erasing.look(_relations(rows, obj), source, name, obj)
                    for name, obj in objects.items()
                    if looked[name] and rows
                }
                judged = _judged(erasing, rows, objects, looked, held)
            mark = erasing.mark(every)
            judge = _judge(objects, looked, held)
            for pull in waiting:
                for page in pull.pages:
                    label = f"{pull.asked.stream}/{pull.name}/{page.number:08}"
                    if label in judged:
                        done[label] = _rewrite(page, judge, judged[label])
                _count(pull)
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


def _judged(
    erasing: Erasing,
    rows: Sequence[tuple[LandedStream, list[Path]]],
    objects: Objects,
    looked: Mapping[str, Sequence[Lead]],
    held: Mapping[str, Sequence[Held]],
) -> dict[str, set[int]]:
    """By label of the page, the numbers of its records that hold something."""
    found: dict[str, set[int]] = {}
    for name in (name for name in held if held[name]):
        whole = [replace(lead, clears=False) for lead in looked[name]]
        matching = erasing.matching(whole, [replace(it, clears=False) for it in held[name]])
        for query in _relations(rows, objects[name]).values():
            for label, number in erasing.con.execute(
                f"select distinct _file, _position from ({query}) as read where {matching}"
            ).fetchall():
                found.setdefault(label, set()).add(number)
    return found


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


def _judge(
    objects: Objects, looked: Mapping[str, Sequence[Lead]], held: Mapping[str, Sequence[Held]]
) -> Callable[[Any], Verdict]:
    judges = {name: Judge(objects[name], looked[name], held[name]) for name in held if held[name]}

    def verdict(record: Any) -> Verdict:
        return strictest(
            [
                judge(partial(_value, record, element))
                for name, judge in judges.items()
                for element in _elements(record, objects[name].unnest)
            ]
        )

    return verdict


def _elements(record: Any, unnest: str | None) -> list[Any]:
    if unnest is None:
        return [record]
    found = record
    for part in unnest.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, list) else [] if found is None else [found]


def _value(record: Any, element: Any, title: str) -> str | None:
    if title.startswith(WHOLE_RECORD):
        return json_value(record, title.removeprefix(WHOLE_RECORD))
    return json_value(element, title)


def _rewrite(page: LandedPage, judge: Callable[[Any], Verdict], judged: Set[int]) -> Tally:
    lines, tally = rewrite_json_lines(page.lines(), judge, clear_json, judged)
    if tally.gone or tally.cleared:
        content = b"".join(line + b"\n" for line in lines)
        with sealed_whole(page.file, page.keys) as sealed:
            sealed.write(gzip.compress(content, COMPRESSION, mtime=0))
        # After a kill between the two, the name tells more records than there are: done again.
        named = page.file.with_name(f"{page.number:08}-{len(lines)}{PAGE}")
        os.replace(page.file, named)
        sync_folder(page.file.parent)
    return tally


def _count(pull: Pull) -> None:
    """Let the checkpoint say how many records there are; a killed erasure leaves it behind."""
    records = sum(page.records for page in pull.pages)
    if records != pull.checkpoint.records:
        counted = replace(pull.checkpoint, records=records)
        write_json(pull.folder / "checkpoint.json", asdict(counted))
