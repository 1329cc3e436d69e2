"""No direct identifier in a published table: by column name, by pattern, and by what is known.

Three nets, each finer than the one before: how columns are called, what their values look like,
and whether a value holds the phone, e-mail address, handle or name of a person of the vault
(known_people.py). Every different text is looked at once, however many rows have it; results are
counts, so that a leak is not repeated here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from expectations.columns import Column, distinct_texts
from expectations.known_people import (
    REDACT,
    known_contacts,
    known_names_alone,
    other_names,
    own_name,
)
from expectations.rules import Relation, Rule, no_rows

DIRECT_IDENTIFIER_NAMES = (
    r"(^|_)(full_?name|first_?name|last_?name|given_?name|surname|nick_?name|contact_name"
    r"|record_name|respondent_name|customer_name|e_?mail|mobile|phone|tel|telephone|fax"
    r"|birth_?date|birthday|date_of_birth|street|address|id_?card|passport|unionid|openid"
    r"|weibo_uid|device_id|ip|profile_id|contact_id)($|_)"
)
"""Columns called so hold a direct identifier, unless they say that they are about one."""

ABOUT_AN_IDENTIFIER = r"^(is|has)_|_(count|ratio|hash|band)$"
"""has_phone, email_count: facts about an identifier, not the identifier."""

_BEFORE, _AFTER = r"(^|[^A-Za-z\p{Nd}])", r"($|[^A-Za-z\p{Nd}])"
"""Not inside a longer number or a hash."""

PATTERNS: Mapping[str, str] = {
    "e-mail address": r"[\p{L}\p{N}._%+-]+ ?[@＠] ?[\p{L}\p{N}-]+[.．。]\p{L}",
    "Chinese mobile": (
        rf"{_BEFORE}(\p{{Nd}}\p{{Nd}} ?)?[1１][3-9３-９]\p{{Nd}}([ -]?\p{{Nd}}{{4}}){{2}}{_AFTER}"
    ),
    "US phone": (
        rf"{_BEFORE}\(?[2-9]\p{{Nd}}{{2}}\)?[-. ]{{1,2}}\p{{Nd}}{{3}}[-. ]\p{{Nd}}{{4}}{_AFTER}"
    ),
    "Chinese ID card": (
        rf"{_BEFORE}[1-9]\p{{Nd}}{{5}}(18|19|20)\p{{Nd}}{{2}}[01]\p{{Nd}}[0-3]\p{{Nd}}{{4}}"
        rf"[\p{{Nd}}xX]{_AFTER}"
    ),
}
"""What a value must not look like; full-width digits and signs count. RE2, no look-around."""

SHORTEST_IDENTIFIER = 6
"""An e-mail address of fewer characters is none; short codes need not be searched."""

SWEEP = "|".join(f"(?:{pattern})" for pattern in PATTERNS.values())


@dataclass(frozen=True)
class ProvenColumn:
    """A key column of which the sweep leaves out the values that look like this, and why."""

    pattern: str
    reason: str


PROVEN_COLUMNS: Mapping[str, ProvenColumn] = {
    r"^order_id$": ProvenColumn(
        r"^[0-9]{1,20}$", "the shop's running order number, which can have eleven digits"
    ),
    r"^order_line_id$": ProvenColumn(
        r"^[0-9]{1,20}-(?:[0-9]{1,20}|unknown)$", "order number and product number, see order_id"
    ),
}
"""Columns (by name) of which the sweep would accuse such values wrongly; it searches the others."""

FREE_TEXT_NAMES = r"(^|_)(text|comment|note|notes|body|description|reason|subject|content|title)$"


def rules(relation: Relation, columns: Sequence[Column]) -> list[Rule]:
    """The privacy rules of one published table."""
    swept = [
        replace(column, proven=_proven_by(column.name)) for column in columns if column.is_text
    ]
    found = [_column_names(relation)]
    found += _numbers(relation, [column for column in columns if column.is_whole_number])
    if swept:
        found += [
            _patterns(relation, swept),
            known_contacts(relation, swept),
            known_names_alone(relation, swept),
        ]
    free_text = [column for column in swept if re.search(FREE_TEXT_NAMES, column.name)]
    if free_text:
        found += other_names(relation, free_text)
        if any(column.name == "customer_key" for column in columns):
            found.append(own_name(relation, free_text))
    return found


def _proven_by(name: str) -> str:
    known = (proven.pattern for named, proven in PROVEN_COLUMNS.items() if re.search(named, name))
    return next(known, "")


def _column_names(relation: Relation) -> Rule:
    named = (
        "select column_name from duckdb_columns()"
        f" where database_name = '{relation.catalog}' and schema_name = '{relation.schema}'"
        f" and table_name = '{relation.table}'"
        f" and regexp_matches(column_name, '{DIRECT_IDENTIFIER_NAMES}')"
        f" and not regexp_matches(column_name, '{ABOUT_AN_IDENTIFIER}')"
    )
    return Rule(
        name="no_identifier_columns",
        sentence="no column is called like a direct identifier",
        action=f"Take the column out of {relation.table}, or rename it (make publish-models)",
        check=no_rows(named),
        finding=(
            "select 'columns called like a direct identifier: '"
            f" || string_agg(column_name, ', ' order by column_name) from ({named})"
        ),
    )


def _patterns(relation: Relation, columns: Sequence[Column]) -> Rule:
    counts = " union all ".join(
        f"select '{kind} in column {column.name}: ' || count(*) || ' different texts' as said,"
        f" count(*) as texts from {distinct_texts(relation, [column], SHORTEST_IDENTIFIER)}"
        f" where regexp_matches(text, '{pattern}')"
        for column in columns
        for kind, pattern in PATTERNS.items()
    )
    return Rule(
        name="no_identifier_patterns",
        sentence="no text looks like an e-mail address, a phone number or an ID card number",
        action=REDACT,
        check=no_rows(
            f"select 1 from {distinct_texts(relation, columns, SHORTEST_IDENTIFIER)}"
            f" where regexp_matches(text, '{SWEEP}')"
        ),
        finding=f"select said from ({counts}) where texts > 0 order by texts desc, said",
    )


def _numbers(relation: Relation, columns: Sequence[Column]) -> list[Rule]:
    if not columns:
        return []
    any_mobile = " or ".join(
        f'"{column.name}" between 13000000000 and 19999999999'
        f' or "{column.name}" between 8613000000000 and 8619999999999'
        for column in columns
    )
    return [
        Rule(
            name="numbers_are_no_mobiles",
            sentence="no whole number is a Chinese mobile number",
            action=f"Look which number publish_{relation.table}.sql has with eleven digits",
            check=no_rows(f"select 1 from {relation.sql} where {any_mobile}"),
        )
    ]
