"""The free texts of a night: each different one redacted once, in a table for the hand-over.

The table has a row for every text that was looked at, also where nothing was found: a text without
a row was not looked at, and does not leave the vault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.privacy.redaction.columns import COMPANY, PERSON, TEXT, MarkedColumn
from assets.privacy.redaction.names import KnownNames
from assets.privacy.redaction.numbers import CONTACT_DIGITS
from assets.privacy.redaction.redactor import find_identifiers, labelled

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SCHEMA = "redaction"
NAME = "redacted_texts"
TABLE = f"vault.{SCHEMA}.{NAME}"
DESCRIPTION = (
    "One row per different free text of the night (脱敏文本): the text without direct identifiers, "
    "empty where none was found. Redacted, but of who wrote it: vault only."
)
COLUMNS = (
    ("text_hash", "varchar", "MD5 of the text as it was written (文本哈希)."),
    ("redacted_text", "varchar", "The text with [phone], [name], … in it; empty: as written."),
    ("find_count", "integer", "Direct identifiers that were found in it (命中数)."),
)

CONTACTS = "vault.identity.identifiers"
"""What identity resolution knows people by."""

_TEXTS = "temp.free_texts"
_FOUND = "redaction_found"
_BATCH = 1 << 15
"""Texts that are looked at at once: some megabytes."""

_SHORT = 2
"""Characters of a Chinese name that may as well be a word, such as 客户."""


@dataclass(frozen=True)
class Redacted:
    """What the night found: different texts, those with finds, and finds by kind."""

    texts: int
    changed: int
    finds: dict[str, int]


def redact_texts(con: duckdb.DuckDBPyConnection, columns: Sequence[MarkedColumn]) -> Redacted:
    """Write the table anew from the marked columns of the build.

    Args:
        con: The build; its vault has the tables of the columns, and what identity resolution found.
        columns: What `marked_columns` gives.
    """
    create_table(con)
    con.execute(
        f"create or replace temp table free_texts as {_different(columns, TEXT)}"
    ).fetchall()
    found, finds = _look_through(con, known_names(con, columns), known_contacts(con))
    con.register(_FOUND, found)
    try:
        con.execute(
            f"insert into {TABLE}"
            " select md5(texts.value), found.redacted_text, coalesce(found.find_count, 0)"
            f" from {_TEXTS} as texts left join {_FOUND} as found on texts.rowid = found.place"
            " order by 1"
        ).fetchall()
        [(texts,)] = con.execute(f"select count(*) from {_TEXTS}").fetchall()
    finally:
        con.unregister(_FOUND)
        con.execute(f"drop table {_TEXTS}").fetchall()
    return Redacted(texts, len(found), dict(sorted(finds.items())))


def create_table(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table in the vault, empty; what was there before is gone."""
    declared = ", ".join(f"{name} {data_type}" for name, data_type, _ in COLUMNS)
    con.execute(f"create schema if not exists vault.{SCHEMA}").fetchall()
    con.execute(f"create or replace table {TABLE} ({declared})").fetchall()


def known_names(con: duckdb.DuckDBPyConnection, columns: Sequence[MarkedColumn]) -> KnownNames:
    """The names of people and companies in the marked columns."""
    people, companies = (
        [value for (value,) in con.execute(_different(columns, mark)).fetchall()]
        for mark in (PERSON, COMPANY)
    )
    return KnownNames(_without_words(people), companies)


def known_contacts(con: duckdb.DuckDBPyConnection) -> Container[str]:
    """The phones that identity resolution knows, and the accounts that are numbers."""
    phone = f"right(regexp_replace(identifier_value, '[^0-9]', '', 'g'), {CONTACT_DIGITS})"
    rows = con.execute(
        f"select distinct case when identifier_type = 'phone' then {phone}"
        f" else identifier_value end from {CONTACTS}"
        " where is_valid and identifier_type in ('phone', 'weibo_uid')"
    ).fetchall()
    return frozenset(contact for (contact,) in rows)


def _without_words(names: Iterable[str]) -> Iterable[str]:
    from assets.enrich.identity.standardise.names import read_name

    return (name for name in names if len(name) > _SHORT or read_name(name).kind is not None)


def _different(columns: Sequence[MarkedColumn], mark: str) -> str:
    """SQL: the different values of the columns with a mark."""
    values = [column.values for column in columns if mark in column.marks]
    every = " union all ".join(values) or "select null::varchar as value"
    return f"select distinct value from ({every}) where value is not null"


def _look_through(
    con: duckdb.DuckDBPyConnection, known: KnownNames, contacts: Container[str]
) -> tuple[pa.Table, Counter[str]]:
    """The texts with finds: place, redacted_text, find_count; and how many finds of each kind."""
    import numpy as np
    import pyarrow as pa

    from assets.enrich.identity.standardise.arrays import texts as to_texts
    from assets.enrich.identity.standardise.arrays import to_arrow

    places: list[int] = []
    redacted: list[str] = []
    counts: list[int] = []
    kinds: Counter[str] = Counter()
    reader = con.sql(f"select rowid as place, value from {_TEXTS}").to_arrow_reader(_BATCH)
    for batch in reader:
        numbers, written = (column.to_pylist() for column in batch.columns)
        finds_of_each = find_identifiers(written, known, contacts)
        for place, text, finds in zip(numbers, written, finds_of_each, strict=True):
            if finds:
                places.append(place)
                redacted.append(labelled(text, finds))
                counts.append(len(finds))
                kinds.update(find.kind for find in finds)
    found = pa.table(
        {
            "place": to_arrow(np.array(places, np.int64)),
            "redacted_text": to_texts(redacted),
            "find_count": to_arrow(np.array(counts, np.int32)),
        }
    )
    return found, kinds
