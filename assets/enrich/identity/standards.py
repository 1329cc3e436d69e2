"""The standard values of tonight's records: identifiers in long form, attributes in wide form.

A record whose raw values are those of last night keeps last night's standard values. Only the
others are cleaned, and of their values only distinct ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.inputs import Column, Inputs, value_columns
from assets.enrich.identity.raw_values import (
    find_changed,
    joined,
    may_repeat,
    raw_address,
    raw_name,
    raw_values,
)
from assets.enrich.identity.rules import Rules
from assets.enrich.identity.standardise import registry
from assets.enrich.identity.storage import create_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

CACHES = ("attributes", "identifiers")
"""Tables of the identity schema that the next night takes standard values from."""
_LIBRARIES = ("opencc", "phonenumbers", "pypinyin")

_NAME = ("name_han", "name_key", "name_family", "name_given", "name_kind")
_PLACE = ("region_key", "city_key", "street_key", "number_key", "postcode")
_ATTRIBUTES = ", ".join((*_NAME, "is_named", "birth_date", *_PLACE))
_IDENTIFIER = "identifier_type, identifier_value, is_valid, invalid_reason"


def made_by(rules: Rules, default_region: str) -> str:
    """What a standard value depends on besides the raw one; another text means another result."""
    types = ",".join(f"{kind.type}:{kind.standardiser}" for kind in rules.identifiers)
    libraries = ",".join(f"{name}-{version(name)}" for name in _LIBRARIES)
    return f"{_code_digest()} {default_region} {types} {libraries}"


@cache
def _code_digest() -> str:
    """Digest of the standardisers' code: another reading of a value is another result."""
    digest = sha256()
    for file in sorted(Path(registry.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def standardise(
    con: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    rules: Rules,
    default_region: str,
    as_of: date,
    cache_schema: str | None,
) -> None:
    """Write `identifiers` and `attributes` of tonight's records into the vault.

    The link stage reads them as the temp views `identity_identifiers` and `identity_attributes`, by
    node. `is_named` says whether a name tells one person from another: neither 王先生 nor J. Smith
    do. `value_key` stands for type and value of an identifier where many are compared.
    """
    for table in CACHES:
        create_table(con, table)
    con.execute(
        """
        create or replace temp view identity_identifiers as
        select
            record_number as node,
            identifier_type,
            identifier_value,
            is_valid,
            invalid_reason,
            is_reference,
            hash(identifier_type, identifier_value) as value_key
        from vault.identity.identifiers
        """
    ).fetchall()
    con.execute(
        """
        create or replace temp view identity_attributes as
        select record_number as node, * exclude (record_number)
        from vault.identity.attributes
        """
    ).fetchall()
    known = _take_over(con, cache_schema)
    for nodes, relation in (
        ("identity_nodes", inputs.people),
        ("identity_reference_nodes", inputs.references),
    ):
        if relation is None:
            continue
        columns = value_columns(con, relation, rules)
        find_changed(con, nodes, relation, columns, known)
        _identifiers(con, nodes, columns, rules, default_region)
        if nodes == "identity_nodes":
            _attributes(con, columns, as_of)
        con.execute("drop view identity_wide").fetchall()
        con.execute("drop table identity_raw").fetchall()


def _take_over(con: duckdb.DuckDBPyConnection, cache_schema: str | None) -> bool:
    """Take last night's standard values of unchanged records; whether there were any to take."""
    if cache_schema is None or not _is_there(con, cache_schema):
        return False
    con.execute(
        f"""
        insert into vault.identity.attributes
        select nodes.node as record_number, nodes.record_hash, {_ATTRIBUTES}
        from {cache_schema}.attributes as before
        inner join identity_nodes as nodes on before.record_hash = nodes.record_hash
        """
    ).fetchall()
    con.execute(
        f"""
        create or replace temp table identity_unchanged as
        select record_number as node, record_hash from vault.identity.attributes
        union all
        select nodes.node, nodes.record_hash
        from identity_reference_nodes as nodes
        semi join {cache_schema}.identifiers as before on nodes.record_hash = before.record_hash
        """
    ).fetchall()
    con.execute(
        f"""
        insert into vault.identity.identifiers by name
        select
            nodes.node as record_number,
            before.source,
            before.source_record_id,
            {_IDENTIFIER},
            false as is_shared,
            before.is_reference,
            before.record_hash
        from {cache_schema}.identifiers as before
        inner join identity_unchanged as nodes on before.record_hash = nodes.record_hash
        """
    ).fetchall()
    return True


def _is_there(con: duckdb.DuckDBPyConnection, cache_schema: str) -> bool:
    catalog, schema = cache_schema.split(".")
    found = con.execute(
        """
        select count(*)
        from duckdb_columns()
        where
            database_name = $catalog and schema_name = $schema and column_name = 'record_hash'
            and table_name in ('attributes', 'identifiers')
        """,
        {"catalog": catalog, "schema": schema},
    ).fetchall()
    return bool(found[0][0] == 2)


def _by_distinct(values: pa.ChunkedArray, standardiser: Callable[[pa.Array], pa.Table]) -> pa.Table:
    """Standardise a column, each distinct value once; give the results row by row."""
    import pyarrow as pa

    from assets.enrich.identity.standardise.arrays import one_chunk

    encoded = one_chunk(values).dictionary_encode()
    made = standardiser(encoded.dictionary)
    return pa.table(
        {
            name: made.column(name).combine_chunks().take(encoded.indices)
            for name in made.column_names
        }
    )


def _identifiers(
    con: duckdb.DuckDBPyConnection,
    nodes: str,
    columns: Sequence[Column],
    rules: Rules,
    region: str,
) -> None:
    from assets.enrich.identity.standardise.arrays import one_chunk

    parts = []
    for standardiser in dict.fromkeys(kind.standardiser for kind in rules.identifiers):
        types = {kind.type for kind in rules.identifiers if kind.standardiser == standardiser}
        wanted = [column for column in columns if column.type in types]
        if not wanted:
            continue
        query = " union all ".join(raw_values(column) for column in wanted)
        raw = con.sql(f"select * from ({query}) where raw_value is not null").to_arrow_table()
        # As arrays: to look for distinct values would cost more than to clean them all.
        cleaned = registry.standardise(standardiser, one_chunk(raw.column("raw_value")), region)
        for name in ("node", "identifier_type"):
            cleaned = cleaned.append_column(name, raw.column(name))
        relation = f"identity_cleaned_{standardiser}"
        con.register(relation, cleaned)
        distinct = "distinct" if may_repeat(wanted) else ""
        parts.append((relation, f"select {distinct} node, {_IDENTIFIER} from {relation}"))
    if not parts:
        return
    con.execute(
        f"""
        insert into vault.identity.identifiers by name
        select
            cleaned.node as record_number,
            nodes.source,
            nodes.source_record_id,
            {_IDENTIFIER},
            false as is_shared,
            {nodes == "identity_reference_nodes"} as is_reference,
            nodes.record_hash
        from ({" union all ".join(query for _, query in parts)}) as cleaned
        inner join {nodes} as nodes on cleaned.node = nodes.node
        """
    ).fetchall()
    for relation, _ in parts:
        con.unregister(relation)


def _attributes(con: duckdb.DuckDBPyConnection, columns: Sequence[Column], as_of: date) -> None:
    from assets.enrich.identity.standardise.dates import standardise_birth_dates

    # Side by side in one table, so that their results need no join.
    raw = con.sql(
        f"""
        select
            node,
            record_hash,
            {raw_name(columns)} as name,
            {raw_address(columns)} as address,
            ({joined(columns, "birth_date", "null")})::varchar as birth
        from identity_wide as wide
        """
    ).to_arrow_table()
    cleaned = raw.select(["node", "record_hash"])
    for name, standardiser, made in (
        ("name", partial(registry.standardise, "name"), _NAME),
        ("address", partial(registry.standardise, "address"), _PLACE),
        ("birth", partial(standardise_birth_dates, as_of=as_of), ("birth_date",)),
    ):
        results = _by_distinct(raw.column(name), standardiser)
        for column in made:
            cleaned = cleaned.append_column(column, results.column(column))
    con.register("identity_cleaned", cleaned)
    con.execute(
        """
        insert into vault.identity.attributes by name
        select
            * rename (node as record_number),
            coalesce(
                name_kind in ('han', 'pinyin')
                or (
                    name_kind = 'latin'
                    and length(name_family) > 1
                    and length(name_given) > 1
                ),
                false
            ) as is_named
        from identity_cleaned
        """
    ).fetchall()
    con.unregister("identity_cleaned")
