"""Refused records that name a person where no column tells: their fields have shifted."""

from __future__ import annotations

import re

import duckdb

from assets.privacy.subject.leads import IDENTIFIER
from assets.privacy.subject.person import CLEAR_TRACES
from assets.raw import sql

SHIFTED = (
    "case when rule in ('too_few_fields', 'too_many_fields', 'stray_quote', 'invalid_json')"
    """ or starts_with(payload, '{"_line"') then payload end"""
)
"""SQL of the text of a row of quarantine in which a value may stand in another column's place."""

TELLING = 8
"""Identifiers of so many characters are found in a text; a customer number could be any number."""

NATIONAL_DIGITS = 10
"""The last digits of a phone, which are written with and without the country's code."""


def naming(con: duckdb.DuckDBPyConnection, text: str) -> str | None:
    """SQL of whether a text names the person; None when nothing could.

    Args:
        con: Has `CLEAR_TRACES`.
        text: SQL of the text; null where columns tell.
    """
    rows = con.execute(
        f"select kind, value from {CLEAR_TRACES} where starts_with(kind, '{IDENTIFIER}')"
        " order by all"
    ).fetchall()
    needles = [
        value[-NATIONAL_DIGITS:] if kind == f"{IDENTIFIER}phone" else _bare(value)
        for kind, value in rows
        if len(value) >= TELLING
    ]
    parts = [f"contains({_without_gaps(text)}, {sql.text(it)})" for it in needles]
    return f"({' or '.join(parts)})" if parts else None


def _bare(value: str) -> str:
    return re.sub("[ ()-]", "", value).lower()


def _without_gaps(text: str) -> str:
    """SQL of a text in which phones are written without blanks, brackets and dashes."""
    return f"lower(regexp_replace({text}, '[ ()-]', '', 'g'))"
