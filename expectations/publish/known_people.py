"""No published text holds the name, phone, e-mail address or handle of a person of the vault.

The comparison is made inside the database, linear in the length of the texts. A name is looked
for in the ways that people write it: without its title (王小丽女士, Ms Anna Smith), without blanks
inside a Chinese name (王 小丽), and with the family name first or last (Smith, Anna). What the
texts are compared with is written once, in schema `gate` of the vault.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from expectations.engine.columns import Column
from expectations.engine.rules import Relation, Rule, no_rows

IDENTIFIERS = Relation("vault", "identity", "identifiers")
NAMES = Relation("vault", "identity", "int_identity_records")
GOLDEN_RECORDS = Relation("vault", "vault", "customer_pii")
ACCOUNTS = Relation("warehouse", "core", "dim_accounts")

KNOWN_CONTACTS = Relation("vault", "gate", "known_contacts")
"""Every phone, e-mail address and handle as `contact`: in lower case, of a phone ten digits."""

KNOWN_NAMES = Relation("vault", "gate", "known_names")
"""Every form of every name of the sources: `name`, and whether it is a long or a short one."""

OWN_NAMES = Relation("vault", "gate", "own_names")
"""Every form of the name of each customer: `customer_key`, `name`."""

COMPANY_NAMES = Relation("vault", "gate", "company_names")
"""What companies are called: `name`. 沈阳远 may be a person, in 沈阳远大贸易有限公司 it is none."""

REDACT = "Redact the text where it leaves the vault (models/intermediate/handover)"

SHORTEST_CONTACT = 6
"""Handles of fewer characters are too common to be looked for."""

LONG_NAME = r"^\p{Han}{3,4}$|^\p{Latin}{2,}( \p{Latin}{2,}){1,2}$"
"""Names that hardly are anything else: three Chinese characters or more, two words or more."""

SHORT_NAME = r"^\p{Han}{2}$"

TITLES = (
    r"(^|[ ,，])(mr|mrs|ms|miss|mx|dr|prof)([. ,，]+|$)"
    r"|[ 　]*(先生|女士|小姐|太太|老师|师傅|经理|总)[ 　]*$"
)
"""Forms of address, in lower case; a colon before a letter would be read as a parameter."""


def keep_known_people(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the tables that the rules look up, into the vault of the build."""
    kept = {
        KNOWN_CONTACTS: (
            "select distinct case when identifier_type = 'phone'"
            " then right(regexp_replace(identifier_value, '[^0-9]', '', 'g'), 10)"
            " else lower(identifier_value) end as contact,"
            f" identifier_type = 'phone' as is_phone from {IDENTIFIERS.sql}"
            " where identifier_type in ('phone', 'email', 'unionid', 'weibo_uid') and is_valid"
        ),
        KNOWN_NAMES: (
            f"select distinct name, regexp_matches(name, '{LONG_NAME}') as is_long,"
            f" regexp_matches(name, '{SHORT_NAME}') as is_short"
            f" from (select unnest(list_append({_forms('record_name')},"
            f" {_as_words('trim(lower(record_name))')})) as name from {NAMES.sql}"
            " where record_name is not null)"
        ),
        OWN_NAMES: (
            f"select customer_key, unnest({_forms('full_name')}) as name"
            f" from {GOLDEN_RECORDS.sql} where full_name is not null"
        ),
        COMPANY_NAMES: (
            f"select distinct {_as_words('trim(lower(account_name))')} as name"
            f" from {ACCOUNTS.sql} where account_name is not null"
        ),
    }
    connection.execute(f"create schema if not exists {KNOWN_NAMES.catalog}.gate").fetchall()
    for relation, query in kept.items():
        connection.execute(f"create or replace table {relation.sql} as {query}").fetchall()


def texts_with_contacts(texts: str) -> str:
    """SQL: the texts that hold a phone, e-mail address, unionid or Weibo id of the vault."""
    # Numbers are compared by their last ten digits: a country code may be there or not. Digits
    # inside a word are part of a hash or a document number.
    numbers = (
        r"select text, unnest(regexp_extract_all(text, '\b[0-9][0-9 ().-]{8,18}[0-9]\b')) as token"
        f" from {texts}"
    )
    # Most texts are keys, and one word is found faster whole.
    words = (
        "select text, unnest(case when regexp_full_match(text, '[A-Za-z0-9._%+@-]+')"
        " then [lower(text)] else regexp_extract_all(lower(text), '[a-z0-9._%+@-]{6,}') end)"
        f" as token from {texts} where length(text) >= {SHORTEST_CONTACT}"
    )
    return (
        "select text from (select text, right(regexp_replace(token, '[^0-9]', '', 'g'), 10)"
        f" as token from ({numbers}) where length(regexp_replace(token, '[^0-9]', '', 'g')) <= 15)"
        " where length(token) = 10 and token in"
        f" (select contact from {KNOWN_CONTACTS.sql} where is_phone)"
        f" union all select text from ({words}) where token in"
        f" (select contact from {KNOWN_CONTACTS.sql} where not is_phone)"
    )


def texts_that_are_names(texts: str) -> str:
    """SQL: the texts that are nothing but the full name of a person of the vault."""
    # A long name has a blank, a comma or a character of more than one byte.
    may_be = "(strlen(text) <> length(text) or contains(text, ' ') or contains(text, ','))"
    return (
        f"select text from (select text from {texts} where {may_be})"
        f" where {_as_words('trim(lower(text))')} in"
        f" (select name from {KNOWN_NAMES.sql} where is_long)"
    )


def texts_with_full_names(texts: str) -> str:
    """SQL: the texts that hold the full name of anybody of the vault."""
    return _mentions(_chinese(texts, 3, 4) + _words(texts), "is_long")


def texts_with_short_names(texts: str) -> str:
    """SQL: the texts that hold the two-character name of anybody of the vault."""
    return _mentions(_chinese(texts, 2), "is_short")


def own_name(relation: Relation, columns: Sequence[Column]) -> Rule:
    """The name of the customer that the row belongs to, inside a free text."""
    texts = " || ' ' || ".join(f"coalesce({column.sql}, '')" for column in columns)
    written = " or ".join(f"{column.sql} is not null" for column in columns)
    # A Western name is compared word by word: Rose is no part of roses.
    query = (
        "select 1 from (select customer_key, text,"
        r" ' ' || regexp_replace(text, '\P{Latin}+', ' ', 'g') || ' ' as words"
        f" from (select customer_key, lower({texts}) as text from {relation.sql}"
        f" where {written})) as published"
        f" inner join {OWN_NAMES.sql} as known on published.customer_key = known.customer_key"
        r" where case when regexp_full_match(known.name, '[\p{Latin} ]+')"
        " then length(known.name) >= 3 and contains(published.words, ' ' || known.name || ' ')"
        " else length(known.name) >= 2 and contains(published.text, known.name) end"
    )
    return Rule(
        name="no_own_name",
        sentence="no text holds the name of the customer it belongs to",
        action=REDACT,
        check=no_rows(query),
    )


def _as_words(sql: str) -> str:
    """SQL: a text in which one blank stands between words, whatever stood there."""
    return f"regexp_replace({sql}, '[ 　]*[ 　,，][ 　]*', ' ', 'g')"


def _forms(column: str) -> str:
    """SQL: the ways in which a name is written, in lower case, as a list.

    As it stands; without title; if Chinese, without blanks; if Western, with its first word last
    and with its last word first.
    """
    bare = f"trim(regexp_replace(trim(lower({column})), '{TITLES}', ' ', 'g'))"
    chinese = rf"regexp_full_match({bare}, '[\p{{Han}} 　]+')"
    # Marks part words here as they do in the texts: O'Brien-Smith is three.
    words = rf"string_split(trim(regexp_replace({bare}, '\P{{Latin}}+', ' ', 'g')), ' ')"
    western = rf"regexp_full_match({bare}, '[\p{{Latin}} 　.,，·''’-]+')"
    orders = ", ".join(
        f"array_to_string({words_in_order}, ' ')"
        for words_in_order in (
            words,
            f"list_concat({words}[2:], {words}[1:1])",
            f"list_concat({words}[-1:], {words}[1:-2])",
        )
    )
    return (
        f"case when {chinese} then [regexp_replace({bare}, '[ 　]', '', 'g')]"
        f" when {western} then list_distinct([{orders}]) else [{_as_words(bare)}] end"
    )


def _mentions(pieces: Sequence[str], kind: str) -> str:
    """Texts with pieces that are names of a kind, but for those of the name of a company."""
    rest = f"replace({_as_words('lower(text)')}, company.name, ' ')"
    return (
        f"select text from (select text, piece from ({' union all '.join(pieces)})"
        f" where piece in (select name from {KNOWN_NAMES.sql} where {kind})) as found"
        f" where not exists (select 1 from {COMPANY_NAMES.sql} as company"
        " where contains(company.name, found.piece) and company.name <> found.piece"
        f" and not contains({rest}, found.piece))"
    )


def _chinese(texts: str, *lengths: int) -> list[str]:
    """Every run of so many characters."""
    return [
        f"select text, unnest(list_transform(range(1, length(text) - {length - 2}),"
        f" lambda position: substr(text, position, {length}))) as piece"
        rf" from {texts} where regexp_matches(text, '\p{{Han}}{{{length}}}')"
        for length in lengths
    ]


def _words(texts: str) -> list[str]:
    """Every two and three words in a row: matches do not overlap, so each word begins one."""
    word = r"\p{Latin}{2,}"
    lowered = _as_words("lower(text)")
    return [
        f"select text, unnest(regexp_extract_all(regexp_replace({lowered}, '{skipped}', ''),"
        f" '{word}( {word}){{{more}}}')) as piece from {texts}"
        for more in (1, 2)
        for skipped in [r"^(\P{Latin}*\p{Latin}+){" + str(words) + "}" for words in range(more + 1)]
    ]
