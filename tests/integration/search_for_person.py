"""What an instance holds of a person, by a search that knows nothing of how the export finds it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from assets.privacy.export.model import OTHER
from assets.privacy.export.values import encoded
from assets.privacy.subject.leads import leads
from assets.raw import sql
from assets.raw.contract import each_object, load_contracts
from assets.raw.landing import LandedFile, Manifest
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import SUFFIX, read_sealed, sealed_files
from pipelines.runtime.settings import Settings

LOOK_UP_LISTS = {"gate", "int_crm_people"}
"""Names and addresses of everybody, made anew every night: the export says that it lacks them."""

LONG = 8
"""A shorter value (a customer number) is looked for in columns of customer numbers only."""

NUMBERS = ("customer_id", "household_id", "user_id", "subject_value")


def people(owned: dict[str, set[str]]) -> list[str]:
    """Customers who together have something in every object, found greedily."""
    wanted = set().union(*owned.values())
    chosen: list[str] = []
    while wanted:
        best = max(owned, key=lambda key: len(owned[key] & wanted))
        chosen.append(best)
        wanted -= owned[best]
    assert len(chosen) <= 8, "so many exports take too long"
    return chosen


def owned_objects(settings: Settings, build: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """In which objects each customer has something, by what raw tables say as they stand.

    Customers stand in the order of their records: their keys differ between instances.
    """
    build.execute("""
        create or replace temp table known as
        select 'identifier:' || identifier_type as kind, identifier_value as value, customer_key
        from vault.identity.identifiers
        inner join vault.identity.customers_map using (source, source_record_id)
        where is_current and is_valid and not is_shared
        union
        select 'row:' || source, source_record_id, customer_key
        from vault.identity.customers_map where is_current
        union
        select 'row:' || source, source_record_id, customer_key
        from vault.identity.references_map where customer_key <> 'unknown'
        union
        select 'row:orders.order_headers', basket_id::varchar, customer_key
        from vault.raw.orders__order_headers
        inner join vault.identity.customers_map
            on source = 'orders.customers' and source_record_id = household_id::varchar
        where is_current
    """)
    by_record = build.execute("""
        select customer_key from known group by customer_key order by min((kind, value))
    """).fetchall()
    owned: dict[str, set[str]] = {key: set() for (key,) in by_record}
    for contract, name, obj in each_object(load_contracts(settings.sources)):
        for lead in leads(contract.source, obj):
            rows = build.execute(f"""
                select distinct customer_key
                from vault.raw.{contract.source}__{name} as raw
                inner join known
                    on known.kind = {lead.kinds}
                    and known.value = cast(raw.{sql.name(lead.column)} as varchar)
            """).fetchall()
            for (key,) in rows:
                owned[key].add(f"{contract.source}.{name}")
    return owned


def needles(build: duckdb.DuckDBPyConnection, keys: tuple[str, ...]) -> set[str]:
    """What the build knows the person by, as standardised and as typed, others' left out."""
    rows = build.execute(
        """
        with records as (
            select source, source_record_id from vault.identity.customers_map
            where customer_key in (select unnest($keys)) and is_current
            union
            select source, source_record_id from vault.identity.references_map
            where customer_key in (select unnest($keys))
        ),

        carried as (
            select identifier_type, identifier_value,
                (source, source_record_id) in (select (source, source_record_id) from records)
                    as is_own
            from vault.identity.identifiers where is_valid
        )

        select source_record_id from records
        union
        select identifier_value from carried
        group by identifier_type, identifier_value
        having bool_and(is_own)
        union
        select substr(identifier_value, 4) from carried
        where identifier_type = 'phone' and starts_with(identifier_value, '+86')
        group by identifier_type, identifier_value
        having bool_and(is_own)
        union
        select unnest($keys)
        """,
        {"keys": list(keys)},
    ).fetchall()
    return {str(value) for (value,) in rows if value}


def rows_with(
    build: duckdb.DuckDBPyConnection, needles: set[str]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows of every table of which a column is a needle, or a JSON text has a contact as value."""
    long = sorted(it for it in needles if len(it) >= LONG)
    short = sorted(it for it in needles if len(it) < LONG)
    inside = [it for it in long if "@" in it or (it.isdigit() and len(it) == 11)]
    build.execute("create or replace temp table long_needles as select unnest(?) as v", [long])
    tables = build.execute(
        "select database_name, schema_name, table_name from duckdb_tables()"
        " where database_name in ('vault', 'warehouse') order by all"
    ).fetchall()
    for catalog, schema, table in tables:
        if {schema, table} & LOOK_UP_LISTS:
            continue
        columns = build.execute(
            "select column_name, data_type from duckdb_columns()"
            " where (database_name, schema_name, table_name) = (?, ?, ?)",
            [catalog, schema, table],
        ).fetchall()
        hits = []
        for column, kind in columns:
            name = sql.name(column)
            if kind.startswith("VARCHAR") or kind in ("BIGINT", "HUGEINT"):
                hits.append(f"cast({name} as varchar) in (select v from long_needles)")
            if kind == "VARCHAR":
                hits += [f"contains(lower({name}), {sql.text(_quoted(it))})" for it in inside]
            if column.endswith(NUMBERS) and short:
                listed = ", ".join(map(sql.text, short))
                hits.append(f"cast({name} as varchar) in ({listed})")
        if hits:
            qualified = f"{catalog}.{schema}.{table}"
            cursor = build.execute(f"select * from {qualified} where {' or '.join(hits)}")
            names = [it[0] for it in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            if rows:
                yield qualified, rows


def _quoted(needle: str) -> str:
    """A whole value in a JSON text: a free text that only mentions somebody is not theirs."""
    return f'"{needle}"'


def missing(rows: list[dict[str, Any]], records: list[Any]) -> int:
    """How many rows are not among the records, columns aside in which somebody else stands."""
    aside = {name for it in records for name, value in it.items() if _has_other(value)}
    left = Counter(_key(row, aside) for row in rows)
    left.subtract(Counter(_key(it, aside) for it in records))
    return sum(count for count in left.values() if count > 0)


def _has_other(value: Any) -> bool:
    return value == OTHER or (isinstance(value, dict) and OTHER in str(value))


def _key(row: Any, aside: set[str]) -> bytes:
    kept = {name: it for name, it in row.items() if name not in aside}
    if isinstance(kept.get("payload"), str):
        kept["payload"] = json.loads(kept["payload"])
    return encoded(kept)


def landed_lines(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every line of landed texts, in lower case, under the name that the export gives its file."""
    keys = landing_keys(home)
    for manifest in sorted((home / "landing").glob("*/*/manifest.ndjson")):
        for delivery in Manifest(manifest.parent).deliveries:
            if delivery.path.endswith((".parquet", ".xlsx")):
                continue
            landed = LandedFile(delivery, manifest.parent / delivery.landed_as, keys)
            for line in _lines(b"".join(read_sealed(landed.stored, keys))):
                yield delivery.path, line
    for file in sealed_files(home / "landing"):
        if file.name.endswith(f".ndjson.gz{SUFFIX}") and "streams" in file.parts:
            stream, pull = file.parts[-3], file.parts[-2]
            for line in _lines(b"".join(read_sealed(file, keys))):
                yield f"{stream.replace('~', '/')}/{pull}/{file.name[:8]}", line


def _lines(content: bytes) -> list[bytes]:
    plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return plain.lower().split(b"\n")
