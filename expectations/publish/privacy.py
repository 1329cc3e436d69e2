"""No direct identifier in a published table: by column name, by pattern, and by what is known.

Three nets, each finer than the one before: how columns are called, what their values look like,
and whether a value holds the phone, e-mail address, handle or name of a person of the vault
(known_people.py). Every different text is looked at once, however many rows and tables have it
(sweep.py); results are counts, so that a leak is not repeated here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from expectations.engine.columns import Column
from expectations.engine.rules import Relation, Rule, Severity, no_rows
from expectations.publish.known_people import (
    REDACT,
    own_name,
    texts_that_are_names,
    texts_with_contacts,
    texts_with_full_names,
    texts_with_short_names,
)
from expectations.publish.sweep import ACCUSATIONS, FREE_TEXTS, TEXTS, Question

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

_LETTER = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{N}"
"""Of an e-mail address: 格式要求含@和.com is none."""

_AREA = (
    "([235679][0-9]{2}|4(0[1-9]|[1-9][0-9])"
    "|8(0[1-9]|[129][0-9]|3[0-24-9]|4[0-35-9]|5[0-46-9]|6[0-57-9]|7[0-689]))"
)
"""Of a US phone: not of a hotline (400, 800, 888 …), which is nobody's own."""

_ID_CARD = r"[1-9]\p{Nd}{5}(18|19|20)\p{Nd}{2}[01]\p{Nd}[0-3]\p{Nd}{4}[\p{Nd}xX]"

PATTERNS: Mapping[str, str] = {
    "e-mail address": rf"[{_LETTER}._%+-]+ ?[@＠] ?[{_LETTER}-]+[.．。][{_LETTER}]",
    "Chinese mobile": (
        rf"{_BEFORE}(((00)?86|８６) ?)?[1１][3-9３-９]\p{{Nd}}([ -]?\p{{Nd}}{{4}}){{2}}{_AFTER}"
    ),
    "US phone": (rf"{_BEFORE}\(?{_AREA}\)?[-. ]{{1,2}}\p{{Nd}}{{3}}[-. ]\p{{Nd}}{{4}}{_AFTER}"),
    "Chinese ID card": rf"{_BEFORE}{_ID_CARD}{_AFTER}",
}
"""What a value must not look like; full-width digits and signs count. RE2, no look-around, and no
`(?:` before a word character: Great Expectations would take it for a parameter of the query."""

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


_CHECKED_ID_CARD = f"""
    len(list_filter(
        regexp_extract_all(translate(text, '０１２３４５６７８９', '0123456789'), '{_ID_CARD}'),
        lambda number: upper(number[18]) = '10X98765432'[cast(1 + list_sum(list_transform(
            range(1, 18),
            lambda place: cast(number[place] as integer)
            * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][place]
        )) % 11 as bigint)]
    )) > 0
"""
"""SQL: one of the numbers ends with its check digit 校验码; that of a payment does not."""

_FURTHER = {"Chinese ID card": _CHECKED_ID_CARD}
"""SQL: what a text must be besides looking so."""

UNSCANNED = "[unscanned]"
"""What stands for a text that redaction did not look at (macro with_redacted_texts)."""

_SUSPECTS = (
    f"(select text from {TEXTS} where length(text) >= {SHORTEST_IDENTIFIER}"
    f" and regexp_matches(text, '{SWEEP}'))"
)

QUESTIONS: Sequence[Question] = (
    *(
        Question(
            "no_identifier_patterns",
            kind,
            f"select text from {_SUSPECTS} where regexp_matches(text, '{pattern}')"
            f" and {_FURTHER.get(kind, 'true')}",
        )
        for kind, pattern in PATTERNS.items()
    ),
    Question(
        "no_identifier_patterns",
        "text that redaction did not look at",
        f"select text from {TEXTS} where contains(text, '{UNSCANNED}')",
    ),
    Question(
        "no_known_contact",
        "phone, e-mail address or handle of a person of the vault",
        texts_with_contacts(TEXTS),
    ),
    Question(
        "no_known_name_alone",
        "nothing but the full name of a person of the vault",
        texts_that_are_names(TEXTS),
    ),
    Question(
        "no_other_name",
        "full name of a person of the vault",
        texts_with_full_names(FREE_TEXTS),
        of_free_texts=True,
    ),
    Question(
        "no_short_name",
        "two-character name of a person of the vault",
        texts_with_short_names(FREE_TEXTS),
        of_free_texts=True,
    ),
)
"""What is asked of each text of the publication; the rules of a table look the answers up."""


def is_free_text(name: str) -> bool:
    """Whether people write in columns that are called so."""
    return bool(re.search(FREE_TEXT_NAMES, name))


def swept(columns: Sequence[Column]) -> list[Column]:
    """The columns that can hold text, with what is known about their values."""
    return [
        replace(
            column,
            proven=_proven_by(column.name),
            is_free_text=is_free_text(column.name),
        )
        for column in columns
        if column.is_text
    ]


def rules(relation: Relation, columns: Sequence[Column]) -> list[Rule]:
    """The privacy rules of one published table, asked after `keep_accusations`."""
    texts = swept(columns)
    found = [column_names(relation, [column.name for column in columns])]
    found += _numbers(relation, [column for column in columns if column.is_whole_number])
    if texts:
        found += [
            _not_accused(
                relation,
                "no_identifier_patterns",
                "no text looks like an e-mail address, a phone number or an ID card number, and"
                " redaction looked at each",
            ),
            _not_accused(
                relation,
                "no_known_contact",
                "no text holds a phone, e-mail address or handle of a person of the vault",
            ),
            _not_accused(
                relation,
                "no_known_name_alone",
                "no value is the full name of a person of the vault",
                action="Take the column out of the published table, or replace it by a key",
            ),
        ]
    free_text = [column for column in texts if column.is_free_text]
    if free_text:
        found += _names(relation)
        if any(column.name == "customer_key" for column in columns):
            found.append(own_name(relation, free_text))
    return found


def _proven_by(name: str) -> str:
    known = (proven.pattern for named, proven in PROVEN_COLUMNS.items() if re.search(named, name))
    return next(known, "")


def _not_accused(
    relation: Relation, rule: str, sentence: str, *, action: str = REDACT, reason: str = ""
) -> Rule:
    """No text of the table was accused under this rule; with a reason, a warning."""
    accused = f"from {ACCUSATIONS.sql} where table_name = '{relation.table}' and rule = '{rule}'"
    return Rule(
        name=rule,
        sentence=sentence,
        action=action,
        check=no_rows(f"select unnest(range(text_count)) {accused}"),
        severity=Severity.WARN if reason else Severity.ERROR,
        reason=reason,
        finding=(
            "select format('{} in column {}: {:,} different texts', kind, column_name, text_count)"
            f" {accused} order by text_count desc, column_name, kind"
        ),
    )


def _names(relation: Relation) -> list[Rule]:
    return [
        _not_accused(
            relation, "no_other_name", "no text holds the full name of any person of the vault"
        ),
        _not_accused(
            relation,
            "no_short_name",
            "no text holds the two-character name of any person of the vault",
            action=f"Read these rows in the vault; if they are names: {REDACT}",
            reason=(
                "two characters are as often a word as a name, and only a person can tell; the"
                " name of the customer that a text belongs to is an error of its own"
            ),
        ),
    ]


def column_names(relation: Relation, columns: Sequence[str] = ()) -> Rule:
    """No column of the table is called like a direct identifier.

    Args:
        relation: The table.
        columns: Its columns, where they are known already; else the database is asked.
    """
    listed = ", ".join(f"'{name}'" for name in columns)
    named = (
        f"select column_name from {_columns_of(relation, listed)}"
        f" where regexp_matches(column_name, '{DIRECT_IDENTIFIER_NAMES}')"
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


def _columns_of(relation: Relation, listed: str) -> str:
    if listed:
        return f"(select unnest([{listed}]) as column_name)"
    return f"(select column_name from (describe {relation.sql}))"


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
