"""The pages of one stream, written anew without what the traces name.

A page that loses records keeps its number, under the name that says how many it has left; an empty
one stays, so that the pages of a pull are still all there.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assets.privacy.erasure.landed import Erasing, RewriteError
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
Held_ = Mapping[str, Sequence[Held]]


def erase_stream(
    erasing: Erasing, store: PullStore, source: str, objects: Objects
) -> dict[str, Tally]:
    """Write the pages of a stream anew; what went of each page that was changed, by its name.

    Args:
        erasing: What is compared.
        store: The stream.
        source: Its source.
        objects: Those that are made of the stream, by name; a record goes when one says so.
    """
    looked = {name: leads(source, obj) for name, obj in objects.items()}
    done: dict[str, Tally] = {}
    if not any(looked.values()) or not store.folder.exists():
        return done
    with locked(store.folder):
        for pull in store.pulls():
            recount(pull)
            held = _held(erasing, pull, objects, looked)
            if not any(held.values()):
                continue
            judge = _judge(objects, looked, held)
            for page in pull.pages:
                tally = rewrite_page(page, judge, clear_json)
                if tally.gone or tally.cleared:
                    done[f"{pull.name}/{page.number:08}"] = tally
            recount(pull)
            if any(_held(erasing, Pull(pull.folder, pull.keys), objects, looked).values()):
                raise RewriteError(
                    f"{pull.folder}: the person would still be in it; remove the pull"
                )
    return done


def _held(
    erasing: Erasing, pull: Pull, objects: Objects, looked: Mapping[str, Sequence[Lead]]
) -> dict[str, list[Held]]:
    landed = LandedStream([pull])
    if not landed.pages:
        return {}
    with TemporaryDirectory(dir=erasing.scratch) as scratch:
        opened = landed.opened(Path(scratch))
        return {
            name: erasing.held(f"({read_pages(obj, landed, opened).query}) as read", looked[name])
            for name, obj in objects.items()
            if looked[name]
        }


def _judge(
    objects: Objects, looked: Mapping[str, Sequence[Lead]], held: Held_
) -> Callable[[int, Any], Verdict]:
    judges = {name: Judge(objects[name], looked[name], held[name]) for name in held if held[name]}

    def verdict(number: int, record: Any) -> Verdict:
        return strictest(
            [
                judge(partial(_value, record, element))
                for name, judge in judges.items()
                for element in elements(record, objects[name].unnest)
            ]
        )

    return verdict


def elements(record: Any, unnest: str | None) -> list[Any]:
    """The rows of a record: itself, or the elements of its array."""
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


def rewrite_page(
    page: LandedPage, judge: Callable[[int, Any], Verdict], clear: Callable[[Any, str], None]
) -> Tally:
    """Write a page without the records that go; its old bytes are gone with it.

    Args:
        page: The page.
        judge: Of the number of a record, from 1, and the record.
        clear: Empties what a verdict names in a record.
    """
    lines, tally = rewrite_json_lines(page.lines(), judge, clear)
    if tally.gone or tally.cleared:
        content = b"".join(line + b"\n" for line in lines)
        with sealed_whole(page.file, page.keys) as sealed:
            sealed.write(gzip.compress(content, COMPRESSION, mtime=0))
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
