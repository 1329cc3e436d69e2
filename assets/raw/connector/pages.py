"""Reading landed pages: all pages of the pulls that count, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from statistics import median

from assets.raw import sql
from assets.raw.connector.fields import WHOLE_RECORD, extra_columns
from assets.raw.connector.model import SystemField
from assets.raw.connector.pulls import LandedPage, Pull
from assets.raw.contract_columns import Column
from assets.raw.contract_model import ObjectContract
from assets.raw.files.source_rows import SourceRows

MAX_RECORD_BYTES = 64 << 20

MEMORY = 5
"""How many snapshots tell what is usual."""


@dataclass(frozen=True)
class LandedStream:
    """The pulls that an object is loaded from, oldest first.

    Attributes:
        pulls: The pulls that count.
        fields_before: The system's fields at the pull before the newest; None when unknown.
        usual_records: Of a snapshot, how many records the ones before it had; None when unknown.
        is_configured: False when the source is not used here: then there is no pull.
    """

    pulls: Sequence[Pull]
    fields_before: Sequence[SystemField] | None = None
    usual_records: int | None = None
    is_configured: bool = True

    @cached_property
    def records(self) -> int:
        """How many records the pages hold, by what was counted when they were written."""
        return sum(pull.checkpoint.records for pull in self.pulls)

    @cached_property
    def pages(self) -> list[LandedPage]:
        """All pages, in the order in which they came."""
        return [page for pull in self.pulls for page in pull.pages]

    def opened(self, folder: Path) -> list[Path]:
        """All pages in the clear, as files of a folder, in the same order.

        Raises:
            FileError: a page cannot be opened.
        """
        return [
            page.opened(folder / f"{number:08}.ndjson.gz") for number, page in enumerate(self.pages)
        ]

    @property
    def bytes_landed(self) -> int:
        """Size of all pages."""
        return sum(page.file.stat().st_size for page in self.pages)

    @property
    def fields(self) -> list[SystemField] | None:
        """The fields by the newest metadata of the system."""
        return self.pulls[-1].fields if self.pulls else None


def counting_pulls(pulls: Sequence[Pull], delivery: str) -> list[Pull]:
    """The complete pulls that make up the object: of a snapshot only the newest."""
    done = [pull for pull in pulls if pull.checkpoint.done]
    return done[-1:] if delivery == "snapshot" else done


def usual_records(pulls: Sequence[Pull], delivery: str) -> int | None:
    """The median of the snapshots before the newest: what lasts is usual after some nights."""
    before = [pull.checkpoint.records for pull in pulls if pull.checkpoint.done][-1 - MEMORY : -1]
    return int(median(before)) if delivery == "snapshot" and before else None


def read_pages(obj: ObjectContract, landed: LandedStream, opened: Sequence[Path]) -> SourceRows:
    """The rows of all pages of an object.

    Fields of the system that the contract does not declare come along as text, so that an empty one
    has its column too.

    Args:
        obj: The contract.
        landed: The stream.
        opened: Its pages in the clear.
    """
    extra = extra_columns(obj, landed.fields)
    paths = ", ".join(_path(column) for column in obj.columns)
    more = ", ".join(_pointer(field.name) for field in extra.values())
    declared = ",\n            ".join(
        _declared(column, position) for position, column in enumerate(obj.columns, start=1)
    )
    undeclared = "".join(
        f",\n            _more[{position}] as {sql.name(name)}"
        for position, name in enumerate(extra, start=1)
    )
    query = f"""
        with pages as (
            select *
            from (values {_page_list(landed, opened)})
                as t (filename, _file, _before, _landed_at)
        ),

        lines as (
            select json as record, filename, row_number() over () as _row
            from read_ndjson_objects(
                [{", ".join(sql.text(page) for page in opened)}],
                filename = true,
                compression = 'gzip',
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
            {_payload(obj)} as _payload,
            {declared}{undeclared}
        from extracted
        inner join pages on pages.filename = extracted.filename
    """
    return SourceRows(
        query=query,
        types={column.name: "VARCHAR" for column in obj.columns},
        extra=tuple(extra),
    )


def _path(column: Column) -> str:
    return sql.json_path(column.title.removeprefix(WHOLE_RECORD))


def _declared(column: Column, position: int) -> str:
    name = sql.name(column.name)
    whole = "record" if column.title.startswith(WHOLE_RECORD) else "element"
    if column.type == "json":
        # As JSON, where a text keeps its quotes; of a JSON null there is nothing to keep.
        return f"nullif(json_extract({whole}, {_path(column)})::varchar, 'null') as {name}"
    if whole == "record":
        return f"json_extract_string(record, {_path(column)}) as {name}"
    return f"_values[{position}] as {name}"


def _pointer(key: str) -> str:
    """Literal of the JSON pointer of one key: a path takes neither `*` nor an empty one."""
    return sql.text("/" + key.replace("~", "~0").replace("/", "~1"))


def _payload(obj: ObjectContract) -> str:
    """What quarantine keeps of a row; null has the values of all columns kept, by their headers."""
    whole = any(column.title.startswith(WHOLE_RECORD) for column in obj.columns)
    return "null::varchar" if whole else "element::varchar"


def _elements(obj: ObjectContract) -> str:
    if obj.unnest is None:
        return "select *, record as element from lines"
    # Where a system writes an only element without its list, it counts as the list's element.
    array = f"json_extract(record, {sql.json_path(obj.unnest)})"
    return f"""select *, unnest(case coalesce(json_type({array}), 'NULL')
                when 'ARRAY' then from_json({array}, '["JSON"]')
                when 'NULL' then []
                else [{array}]
            end) as element
            from lines"""


def _page_list(landed: LandedStream, opened: Sequence[Path]) -> str:
    rows = []
    before = 0
    moment = landed.pulls[0].began_at
    files = iter(opened)
    for pull in landed.pulls:
        for page in pull.pages:
            # Each later than all before it, so that of two versions the later page wins: also when
            # two pulls began in one second, or a clock was set back.
            apart = timedelta(microseconds=1)
            moment = max(pull.began_at + page.number * apart, moment + apart)
            label = f"{pull.asked.stream}/{pull.name}/{page.number:08}"
            rows.append(
                f"({sql.text(next(files))}, {sql.text(label)}, {before},"
                f" timestamp {sql.text(moment.replace(tzinfo=None).isoformat())})"
            )
            before += page.records
    return ", ".join(rows)
