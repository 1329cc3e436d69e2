"""Reading landed pages: all pages of the pulls that count, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from assets.raw import sql
from assets.raw.connector.fields import extra_columns
from assets.raw.connector.model import SystemField
from assets.raw.connector.pulls import Pull
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract
from assets.raw.files.source_rows import SourceRows

MAX_RECORD_BYTES = 64 << 20
WHOLE_RECORD = "^."
"""Start of a header that is looked up in the whole record, not in the element of `unnest`."""


@dataclass(frozen=True)
class LandedStream:
    """The pulls that an object is loaded from, oldest first.

    Attributes:
        pulls: The pulls that count.
        fields_before: The system's fields at the pull before the newest; None when unknown.
        is_configured: False when the source is not used here: then there is no pull.
    """

    pulls: Sequence[Pull]
    fields_before: Sequence[SystemField] | None = None
    is_configured: bool = True

    @cached_property
    def records(self) -> int:
        """How many records the pages hold, by what was counted when they were written."""
        return sum(pull.checkpoint.records for pull in self.pulls)

    @cached_property
    def pages(self) -> list[Path]:
        """All pages, in the order in which they came."""
        return [page.file for pull in self.pulls for page in pull.pages]

    @property
    def bytes_landed(self) -> int:
        """Size of all pages."""
        return sum(page.stat().st_size for page in self.pages)

    @property
    def fields(self) -> list[SystemField] | None:
        """The fields by the newest metadata of the system."""
        return self.pulls[-1].fields if self.pulls else None


def counting_pulls(pulls: Sequence[Pull], delivery: str) -> list[Pull]:
    """The complete pulls that make up the object: of a snapshot only the newest."""
    done = [pull for pull in pulls if pull.checkpoint.done]
    return done[-1:] if delivery == "snapshot" else done


def read_pages(obj: ObjectContract, landed: LandedStream) -> SourceRows:
    """The rows of all pages of an object.

    Fields of the system that the contract does not declare come along as text, so that an empty one
    has its column too.
    """
    extra = extra_columns(obj, landed.fields)
    paths = ", ".join(_path(column) for column in obj.columns)
    more = ", ".join(sql.json_path_of_key(field.name) for field in extra.values())
    declared = ",\n            ".join(
        _declared(column, position) for position, column in enumerate(obj.columns, start=1)
    )
    undeclared = "".join(
        f",\n            _more[{position}] as {sql.name(name)}"
        for position, name in enumerate(extra, start=1)
    )
    query = f"""
        with pages as (
            select * from (values {_page_list(landed)}) as t (filename, _file, _before, _landed_at)
        ),

        lines as (
            select json as record, filename, row_number() over () as _row
            from read_ndjson_objects(
                [{", ".join(sql.text(page) for page in landed.pages)}],
                filename = true,
                maximum_object_size = {MAX_RECORD_BYTES}
            )
        ),

        elements as (
            {_elements(obj)}
        ),

        extracted as (
            select
                *,
                json_extract_string(element, [{paths}]) as _values
                {f", json_extract_string(element, [{more}]) as _more" if more else ""}
            from elements
        )

        select
            _row - _before as _position,
            _file,
            _landed_at,
            null::varchar as _rule,
            null::varchar as _reason,
            element::varchar as _payload,
            {declared}{undeclared}
        from extracted
        inner join pages on pages.filename = extracted.filename
    """
    return SourceRows(
        query=query,
        types={column.name: "VARCHAR" for column in obj.columns},
        located=True,
        extra=tuple(extra),
    )


def _path(column: Column) -> str:
    return sql.json_path(column.title.removeprefix(WHOLE_RECORD))


def _declared(column: Column, position: int) -> str:
    name = sql.name(column.name)
    if column.title.startswith(WHOLE_RECORD):
        return f"json_extract_string(record, {_path(column)}) as {name}"
    if column.type == "json":
        # As JSON, where a text keeps its quotes; of a JSON null there is nothing to keep.
        return f"nullif(json_extract(element, {_path(column)})::varchar, 'null') as {name}"
    return f"_values[{position}] as {name}"


def _elements(obj: ObjectContract) -> str:
    if obj.unnest is None:
        return "select *, record as element from lines"
    path = sql.json_path(obj.unnest)
    return f"""select *, unnest(from_json(json_extract(record, {path}), '["JSON"]')) as element
            from lines"""


def _page_list(landed: LandedStream) -> str:
    rows = []
    before = 0
    for pull in landed.pulls:
        began = pull.began_at.replace(tzinfo=None)
        for page in pull.pages:
            # A microsecond apart, so that of two versions in one pull the later page wins.
            moment = began + timedelta(microseconds=page.number)
            label = f"{pull.asked.stream}/{pull.name}/{page.number:08}"
            rows.append(
                f"({sql.text(page.file)}, {sql.text(label)}, {before},"
                f" timestamp {sql.text(moment.isoformat())})"
            )
            before += page.records
    return ", ".join(rows)
