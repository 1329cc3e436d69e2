"""Rows of the person, taken out of a relation, without what they say of other people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from assets.privacy.export.model import OTHER
from assets.privacy.subject.leads import Lead
from assets.privacy.subject.refused import naming
from assets.privacy.subject.search import Others, Search, written
from assets.raw.connector.fields import WHOLE_RECORD

FOUND = "temp.subject_rows"
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True)
class Staff:
    """People who work here: their numbers in the systems, and their names."""

    ids: frozenset[str]
    names: frozenset[str]


@dataclass(frozen=True)
class Row:
    """One row: its values, and the columns in which somebody else stands."""

    values: Mapping[str, Any]
    others: frozenset[str]


def known_staff(search: Search) -> Staff:
    """Those whom the CRM systems list; a name that the person has as well is not among them."""
    rows = search.con.execute(
        "select user_id, full_name from vault.handover.int_crm_staff_names"
    ).fetchall()
    mine = search.con.execute(
        "select unnest(string_split(full_names, chr(10)))"
        " from vault.identity.int_customer_names where customer_key = ?",
        [search.person.customer_key],
    ).fetchall()
    names = {str(name).strip() for _, name in rows if name} - {str(name) for (name,) in mine}
    return Staff(frozenset(str(number) for number, _ in rows), frozenset(names))


def rows_of(
    search: Search,
    relation: str,
    leads: Sequence[Lead],
    order_by: str = "all",
    text: str | None = None,
) -> list[Row]:
    """The person's rows of a relation; its columns are called as the leads call them.

    A row in which only a value is the person's (`clears`) is one of them.

    Args:
        search: Who is looked for.
        relation: What is looked through.
        leads: Of its columns.
        order_by: Its order.
        text: SQL of a text of those rows whose columns may have shifted; null for all others.
    """
    named = naming(search.con, text) if text else None
    matching = " or ".join(filter(None, (search.matching(relation, leads), named)))
    if not matching:
        return []
    search.con.execute(
        f"create or replace temp table subject_rows as select * from {relation} where {matching}"
    ).fetchall()
    others = search.others(FOUND, leads)
    pairs = ", ".join(f"row{written(lead)} as _pair_{n}" for n, lead in enumerate(leads))
    cursor = search.con.execute(f"select {pairs}, * from {FOUND} order by {order_by}")
    names = [it[0] for it in cursor.description or ()][len(leads) :]
    return [
        Row(
            dict(zip(names, fetched[len(leads) :], strict=True)),
            _others_in(leads, fetched, others),
        )
        for fetched in cursor.fetchall()
    ]


def _others_in(leads: Sequence[Lead], fetched: Sequence[Any], others: Others) -> frozenset[str]:
    return frozenset(
        lead.column
        for lead, pair in zip(leads, fetched, strict=False)
        if tuple(pair.values() if isinstance(pair, dict) else pair) in others.get(lead.column, ())
    )


def shown(row: Row, staff: Staff, hidden: Sequence[str] = ()) -> dict[str, Any]:
    """The values of a row by column: those that lead to others are replaced."""
    return {
        name: OTHER
        if name in row.others or (isinstance(value, str) and value.strip() in staff.names)
        else value
        for name, value in row.values.items()
        if name not in hidden
    }


def decoded(text: str | None) -> Any:
    """A JSON text, numbers with their digits; None where it is none."""
    try:
        return _DECODER.decode(text or "")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def without_others(record: Any, titles: Sequence[str], staff: Staff) -> Any:
    """A delivered JSON record, less what it says of others.

    Args:
        record: As delivered.
        titles: Of the columns that lead to others in it.
        staff: Where a value inside the record describes one of them, its number stays only.
    """
    for title in titles:
        for inside, key in list(_places(record, title.removeprefix(WHOLE_RECORD))):
            # Of a record inside (its number, its name) all goes: each part names the other.
            for part in [key] if inside is record else list(inside):
                inside[part] = OTHER
    if isinstance(record, dict):
        # Only inside: the record itself is the person's, whatever its number is.
        return {key: _without_staff(it, staff) for key, it in record.items()}
    return record


def _places(record: Any, title: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Where a title such as `address.city` stands: as one key, or as a path."""
    if not isinstance(record, dict):
        return
    if title in record:
        yield record, title
        return
    head, dot, rest = title.partition(".")
    if dot:
        yield from _places(record.get(head), rest)


def _without_staff(value: Any, staff: Staff) -> Any:
    if isinstance(value, list):
        return [_without_staff(it, staff) for it in value]
    if isinstance(value, dict):
        if "name" in value and str(value.get("id", "")) in staff.ids:
            return {key: it if key == "id" else OTHER for key, it in value.items()}
        return {key: _without_staff(it, staff) for key, it in value.items()}
    return OTHER if isinstance(value, str) and value.strip() in staff.names else value
