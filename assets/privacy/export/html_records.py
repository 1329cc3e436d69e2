"""Records as HTML: one as a list, several as a table of what differs among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any

from assets.privacy.export.model import OTHER, Column, Group, Place, Record
from assets.privacy.export.values import as_json, encoded
from pipelines.runtime.privacy import PLAIN

EMPTY = '<span class="empty">—</span>'
DELIVERED = "Delivered 交付"
FEW = 3
"""So many places of delivery are named; the document has all."""

Flat = Mapping[str, Any]


def records(group: Group) -> Iterator[str]:
    """The records of a group; columns that are empty in all of them are named only."""
    flat = [dict(_flat(record.values)) for record in group.records]
    names = list(dict.fromkeys(name for row in flat for name in row))
    empty = [name for name in names if all(row.get(name) in (None, "", []) for row in flat)]
    filled = [name for name in names if name not in empty]
    if len(flat) == 1:
        yield from _list(group, filled, flat[0])
        yield from _delivered(group.records[0])
    else:
        same = [name for name in filled if len({_key(row.get(name)) for row in flat}) == 1]
        if same:
            yield '<p class="note">The same in all records 各条相同:</p>\n'
            yield from _list(group, same, flat[0])
        differing = [name for name in filled if name not in same]
        yield from _table(group, differing, flat)
    if empty:
        yield f'<p class="note">Empty 空: {escape(", ".join(empty))}</p>\n'


def _list(group: Group, names: Sequence[str], row: Flat) -> Iterator[str]:
    yield '<dl class="values">\n'
    for name in names:
        yield (
            f"<div><dt{_marked(group, name)}>{escape(name)}</dt>"
            f"<dd>{_value(row.get(name))}</dd></div>\n"
        )
    yield "</dl>\n"


def _table(group: Group, names: Sequence[str], rows: Sequence[Flat]) -> Iterator[str]:
    together = _one_delivery(group)
    title = "No. there 序号" if together else DELIVERED
    placed = any(record.places for record in group.records)
    width = " wide" if len(names) > 9 else ""
    if together:
        yield f'<p class="note">{DELIVERED}: {escape(together.file)}, {_moment(together)}</p>\n'
    yield f'<div class="scroll"><table class="records{width}">\n<thead><tr><th>#</th>'
    for name in names:
        yield f"<th{_marked(group, name)}>{escape(name)}</th>"
    yield f"<th>{title}</th>" if placed else ""
    yield "</tr></thead>\n<tbody>\n"
    for number, (record, row) in enumerate(zip(group.records, rows, strict=True), start=1):
        yield f'<tr><td class="number">{number}</td>'
        for name in names:
            value = row.get(name)
            mark = ' class="number"' if _is_number(value) else ""
            yield f"<td{mark}>{_value(value)}</td>"
        if together:
            yield f'<td class="place number">{record.places[0].position:,}</td>'
        elif placed:
            yield f'<td class="place">{"<br>".join(_places(record))}</td>'
        yield "</tr>\n"
    yield "</tbody>\n</table></div>\n"


def _one_delivery(group: Group) -> Place | None:
    """A place of the records, if all were delivered once, in the same file."""
    found = [place for record in group.records for place in record.places]
    if len(found) != len(group.records) or len({(it.file, it.landed_at) for it in found}) != 1:
        return None
    return found[0]


def _delivered(record: Record) -> Iterator[str]:
    if record.places:
        yield f'<p class="note">{DELIVERED}: {"; ".join(_places(record))}</p>\n'


def _places(record: Record) -> Iterator[str]:
    for place in record.places[:FEW]:
        yield _place(place)
    if len(record.places) > FEW:
        yield f"and {len(record.places) - FEW:,} more 等"


def _place(place: Place) -> str:
    return f"{escape(place.file)} no. {place.position:,}, {_moment(place)}"


def _moment(place: Place) -> str:
    return escape(f"{place.landed_at.replace('T', ' ')[:19]} UTC")


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Nested records by path: `Owner.id`."""
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _marked(group: Group, name: str) -> str:
    """Class and meaning of a column; a field that no catalogue knows counts as a direct one."""
    known = {column.name: column for column in group.columns}
    column = known.get(name) or known.get("*") or _parent(known, name)
    privacy_class = column.privacy_class if column else "direct"
    if name.startswith("_") and column is None:
        privacy_class = PLAIN
    meaning = f' title="{escape(column.description)}"' if column and column.description else ""
    return f' class="{escape(privacy_class)}"{meaning}'


def _parent(known: Mapping[str, Column], name: str) -> Column | None:
    return known.get(name.rpartition(".")[0])


def _value(value: Any) -> str:
    if value is None or value in ("", []):
        return EMPTY
    if value == OTHER:
        return f'<span class="other">{escape(OTHER)}</span>'
    if isinstance(value, bool):
        return "yes 是" if value else "no 否"
    if isinstance(value, datetime):
        return escape(f"{value:%Y-%m-%d %H:%M:%S} UTC") if not value.tzinfo else escape(str(value))
    if isinstance(value, list):
        return escape(", ".join(str(as_json(it)) for it in value))
    if isinstance(value, dict):
        return escape(encoded(value).decode())
    text = value if isinstance(value, str) else str(as_json(value))
    return escape(text).replace("\n", "<br>")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _key(value: Any) -> bytes:
    return encoded(value)
