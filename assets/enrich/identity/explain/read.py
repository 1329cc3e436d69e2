"""What the vault holds of two records: links, keys and their history, identifiers of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assets.enrich.identity.explain import words
from assets.enrich.identity.explain.model import (
    CarriedByBoth,
    Evidence,
    KeyEvent,
    Link,
    Period,
    RecordId,
)
from assets.enrich.identity.explain.records import SHOWN_DIGITS
from assets.enrich.identity.keys.hashes import PADS_TABLE, identifier_hash

if TYPE_CHECKING:
    import duckdb

MAX_CUSTOMERS_BETWEEN = 10
"""How many customers that stand between the two are looked at; the best-linked ones."""

_CURRENT = """
    select source, source_record_id, customer_key
    from vault.identity.customers_map where is_current
"""


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Columns of an identity table; empty when the build, an older one, has no such table."""
    rows = con.execute(
        "select column_name from duckdb_columns() where database_name = 'vault' "
        "and schema_name = 'identity' and table_name = $table",
        {"table": table},
    ).fetchall()
    return {name for (name,) in rows}


def periods_of(con: duckdb.DuckDBPyConnection, record: RecordId) -> tuple[Period, ...]:
    """The customers a record belonged to, oldest first."""
    rows = con.execute(
        """
        select customer_key, valid_from, valid_to from vault.identity.customers_map
        where source = $source and source_record_id = $id order by valid_from, valid_to
        """,
        _named(record),
    ).fetchall()
    return tuple(Period(*row) for row in rows)


def current_key(con: duckdb.DuckDBPyConnection, record: RecordId) -> str | None:
    """The customer of a record on the build's date; None when the record is gone."""
    rows = con.execute(
        f"select customer_key from ({_CURRENT}) where source = $source and source_record_id = $id",
        _named(record),
    ).fetchall()
    return rows[0][0] if rows else None


def is_linkable(con: duckdb.DuckDBPyConnection, record: RecordId) -> bool | None:
    """Whether a record may be linked at all; None when the build does not say."""
    for table in ("int_identity_people", "int_identity_records"):
        if "is_linkable" in columns_of(con, table):
            rows = con.execute(
                f"select is_linkable from vault.identity.{table} "
                "where source = $source and source_record_id = $id",
                _named(record),
            ).fetchall()
            return rows[0][0] if rows else None
    return None


def customers_between(con: duckdb.DuckDBPyConnection, one: str, other: str) -> list[str]:
    """Customers that rejected links tie to both; none when such a link ties the two directly."""
    rows = con.execute(
        f"""
        with current_records as ({_CURRENT}),

        refusals as (
            select a.customer_key as key_a, b.customer_key as key_b, max(links.score) as score
            from vault.identity.links as links
            inner join current_records as a
                on links.source_a = a.source and links.source_record_id_a = a.source_record_id
            inner join current_records as b
                on links.source_b = b.source and links.source_record_id_b = b.source_record_id
            where not links.is_accepted
                and (a.customer_key in ($one, $other) or b.customer_key in ($one, $other))
                and a.customer_key <> b.customer_key
            group by all
        ),

        neighbours as (
            select key_a as customer_key, key_b as neighbour, score from refusals
            union all
            select key_b as customer_key, key_a as neighbour, score from refusals
        )

        select mine.neighbour, mine.neighbour = $other as is_direct
        from neighbours as mine
        left join neighbours as theirs
            on mine.neighbour = theirs.neighbour and theirs.customer_key = $other
        where mine.customer_key = $one
            and (mine.neighbour = $other or theirs.neighbour is not null)
        group by mine.neighbour
        order by is_direct desc, least(max(mine.score), max(theirs.score)) desc, mine.neighbour
        limit {MAX_CUSTOMERS_BETWEEN}
        """,
        {"one": one, "other": other},
    ).fetchall()
    return [] if rows and rows[0][1] else [key for key, _ in rows]


def links_among(con: duckdb.DuckDBPyConnection, customer_keys: list[str]) -> list[Link]:
    """Every link, accepted or not, between the records of these customers."""
    return _links(
        con,
        f"""
        semi join ({_CURRENT}) as a
            on links.source_a = a.source and links.source_record_id_a = a.source_record_id
            and list_contains($customer_keys, a.customer_key)
        semi join ({_CURRENT}) as b
            on links.source_b = b.source and links.source_record_id_b = b.source_record_id
            and list_contains($customer_keys, b.customer_key)
        """,
        {"customer_keys": customer_keys},
    )


def carried_by_both(
    con: duckdb.DuckDBPyConnection, a: RecordId, b: RecordId
) -> tuple[CarriedByBoth, ...]:
    """Every identifier that both records carry, and why it does not link by itself."""
    rows = con.execute(
        f"""
        select
            one.identifier_type,
            left(
                {identifier_hash("one.identifier_type", "one.identifier_value")}, {SHOWN_DIGITS}
            ),
            case
                when not one.is_valid then coalesce(one.invalid_reason, 'invalid')
                when not other.is_valid then coalesce(other.invalid_reason, 'invalid')
                when one.is_shared or other.is_shared then 'shared'
                else 'no_rule'
            end
        from vault.identity.identifiers as one
        inner join vault.identity.identifiers as other
            on one.identifier_type = other.identifier_type
            and one.identifier_value = other.identifier_value
        cross join {PADS_TABLE} as pads
        where one.source = $source_a and one.source_record_id = $id_a
            and other.source = $source_b and other.source_record_id = $id_b
            and one.identifier_value <> ''
        order by 1, 2
        """,
        {"source_a": a[0], "id_a": a[1], "source_b": b[0], "id_b": b[1]},
    ).fetchall()
    return tuple(
        CarriedByBoth(str(words.code(kind)), digest, str(words.code(reason)))
        for kind, digest, reason in rows
    )


def key_events(con: duckdb.DuckDBPyConnection, customer_keys: set[str]) -> tuple[KeyEvent, ...]:
    """Merges and splits between these keys, oldest first."""
    if not columns_of(con, "key_events"):
        return ()
    rows = con.execute(
        """
        select event_date, event_type, customer_key, other_customer_key, record_count
        from vault.identity.key_events
        where list_contains($keys, customer_key) and list_contains($keys, other_customer_key)
            and customer_key <> other_customer_key
        order by event_date, event_type, customer_key, other_customer_key
        """,
        {"keys": sorted(customer_keys)},
    ).fetchall()
    return tuple(KeyEvent(row[0], str(words.code(row[1])), *row[2:]) for row in rows)


def _links(con: duckdb.DuckDBPyConnection, where: str, parameters: dict[str, Any]) -> list[Link]:
    agreement = "links.agreement" if "agreement" in columns_of(con, "links") else "null"
    has_rules = bool(columns_of(con, "rules"))
    meaning = "rules.meaning" if has_rules else "null"
    rules = "left join vault.identity.rules as rules on links.rule = rules.rule"
    rows = con.execute(
        f"""
        select
            links.source_a, links.source_record_id_a, links.source_b, links.source_record_id_b,
            links.rule, {meaning}, links.identifier_type,
            left(links.identifier_hash, {SHOWN_DIGITS}), coalesce(links.score, 0), {agreement},
            links.is_accepted, links.reason
        from vault.identity.links as links
        {rules if has_rules else ""}
        {where}
        """,
        parameters,
    ).fetchall()
    return [Link((row[0], row[1]), (row[2], row[3]), _evidence(*row[4:])) for row in rows]


def _evidence(
    rule: str,
    meaning: str | None,
    identifier_type: str | None,
    digest: str | None,
    weight: float,
    agreement: str | None,
    is_accepted: bool,
    reason: str | None,
) -> Evidence:
    return Evidence(
        rule=str(words.code(rule)),
        meaning=meaning,
        identifier_type=words.code(identifier_type),
        identifier_hash=digest,
        weight=float(weight),
        agreement=words.agreement(agreement),
        is_accepted=is_accepted,
        reason=None if is_accepted else words.code(reason),
    )


def _named(record: RecordId) -> dict[str, str]:
    return {"source": record[0], "id": record[1]}
