"""The standard values of tonight's records: identifiers in long form, attributes in wide form.

A record whose raw values are those of last night keeps last night's standard values. Only the
others are cleaned, and of their values only distinct ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from assets.enrich.identity.inputs import Column, Inputs, value_columns
from assets.enrich.identity.rules import Rules
from assets.enrich.identity.standardise import registry

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

STANDARD_VERSION = 1
"""Raise it whenever a standardiser gives other results: last night's are ignored then."""
CACHES = ("attributes", "identifiers")
"""Tables of the identity schema that the next night takes standard values from."""
_LIBRARIES = ("opencc", "phonenumbers", "pypinyin")

_SEPARATOR = "chr(31)"
"""Between the parts of a name or an address; no keyboard types it."""
_ADDRESS_PARTS = ("region", "city", "address", "house_number", "postcode")

_ATTRIBUTES = (
    "name_han, name_key, name_family, name_given, name_kind, is_named, birth_date,"
    " region_key, city_key, street_key, number_key, postcode"
)
_IDENTIFIER = "identifier_type, identifier_value, is_valid, invalid_reason"


def made_by(rules: Rules, default_region: str) -> str:
    """What a standard value depends on besides the raw one; another text means another result."""
    types = ",".join(f"{kind.type}:{kind.standardiser}" for kind in rules.identifiers)
    libraries = ",".join(f"{name}-{version(name)}" for name in _LIBRARIES)
    return f"{STANDARD_VERSION} {default_region} {types} {libraries}"


def standardise(
    con: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    rules: Rules,
    default_region: str,
    as_of: date,
    cache_schema: str | None,
) -> None:
    """Make `identity_identifiers` and `identity_attributes` of `identity_nodes`.

    `is_named` says whether a name tells one person from another: neither 王先生 nor J. Smith do.
    `value_key` stands for type and value of an identifier where many are compared.
    """
    con.execute(
        """
        create or replace temp table identity_identifiers (
            node integer, identifier_type varchar, identifier_value varchar, is_valid boolean,
            invalid_reason varchar, value_key ubigint
        )
        """
    ).fetchall()
    known = _take_over(con, cache_schema)
    clean = partial(_clean, con, default_region=default_region)
    for nodes, relation in (
        ("identity_nodes", inputs.people),
        ("identity_reference_nodes", inputs.references),
    ):
        if relation is None:
            continue
        columns = value_columns(con, relation, rules)
        _find_changed(con, nodes, relation, columns, known)
        _identifiers(con, columns, rules, clean)
        if nodes == "identity_nodes":
            _attributes(con, columns, clean, as_of)
        con.execute("drop table identity_wide").fetchall()


def _take_over(con: duckdb.DuckDBPyConnection, cache_schema: str | None) -> bool:
    """Take last night's standard values of unchanged records; whether there were any to take."""
    con.execute(
        """
        create or replace temp table identity_attributes (
            node integer, name_han varchar, name_key varchar, name_family varchar,
            name_given varchar, name_kind varchar, is_named boolean, birth_date date,
            region_key varchar, city_key varchar, street_key varchar, number_key varchar,
            postcode varchar
        )
        """
    ).fetchall()
    if cache_schema is None or not _is_there(con, cache_schema):
        return False
    con.execute(
        f"""
        insert into identity_attributes
        select nodes.node, {_ATTRIBUTES}
        from {cache_schema}.attributes as before
        inner join identity_nodes as nodes on before.record_hash = nodes.record_hash
        """
    ).fetchall()
    con.execute(
        f"""
        create or replace temp table identity_unchanged as
        select nodes.node, nodes.record_hash
        from identity_nodes as nodes
        semi join identity_attributes as known on nodes.node = known.node
        union all
        select nodes.node, nodes.record_hash
        from identity_reference_nodes as nodes
        semi join {cache_schema}.identifiers as before on nodes.record_hash = before.record_hash
        """
    ).fetchall()
    con.execute(
        f"""
        insert into identity_identifiers
        select
            nodes.node, {_IDENTIFIER}, hash(identifier_type, identifier_value)
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


def _find_changed(
    con: duckdb.DuckDBPyConnection,
    nodes: str,
    relation: str,
    columns: Sequence[Column],
    known: bool,
) -> None:
    """Make `identity_wide`: node and raw values of the records that must be cleaned."""
    values = "".join(f', records."{column.name}"' for column in columns)
    unchanged = "anti join identity_unchanged as known on nodes.node = known.node" if known else ""
    con.execute(
        f"""
        create or replace temp table identity_wide as
        select nodes.node {values}
        from (select *, row_number() over () as place from {relation}) as records
        inner join (
            select nodes.node, nodes.place from {nodes} as nodes {unchanged}
        ) as nodes on records.place = nodes.place
        """
    ).fetchall()


def _clean(
    con: duckdb.DuckDBPyConnection,
    query: str,
    standardiser: str | Callable[[pa.Array], pa.Table],
    *,
    default_region: str,
) -> str:
    """Standardise `raw_value` of a query; give the view of its other columns and the results."""
    import pyarrow as pa

    raw = con.sql(query).to_arrow_table().combine_chunks()
    place = raw.column_names.index("raw_value")
    values = raw.column(place).combine_chunks() if len(raw) else pa.array([], pa.string())
    encoded = values.dictionary_encode()
    if isinstance(standardiser, str):
        made = registry.standardise(standardiser, encoded.dictionary, default_region)
    else:
        made = standardiser(encoded.dictionary)
    results = raw.remove_column(place)
    for name in made.column_names:
        if name != "raw_value":
            column = made.column(name).combine_chunks().take(encoded.indices)
            results = results.append_column(name, column)
    con.register("identity_cleaned", results)
    return "identity_cleaned"


def _identifiers(
    con: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    rules: Rules,
    clean: Callable[..., str],
) -> None:
    for standardiser in dict.fromkeys(kind.standardiser for kind in rules.identifiers):
        types = {kind.type for kind in rules.identifiers if kind.standardiser == standardiser}
        wanted = [column for column in columns if column.type in types]
        if not wanted:
            continue
        query = " union all ".join(_raw_values(column) for column in wanted)
        cleaned = clean(f"select * from ({query}) where raw_value is not null", standardiser)
        con.execute(
            f"""
            insert into identity_identifiers
            select {"distinct" if _may_repeat(wanted) else ""}
                node, {_IDENTIFIER}, hash(identifier_type, identifier_value)
            from {cleaned}
            """
        ).fetchall()
        con.unregister(cleaned)


def _may_repeat(columns: Sequence[Column]) -> bool:
    """Whether one record may carry the same value twice."""
    types = [column.type for column in columns]
    return len(set(types)) < len(types) or any(column.is_list for column in columns)


def _raw_values(column: Column) -> str:
    value = f'unnest("{column.name}")' if column.is_list else f'"{column.name}"'
    return f"""
        select node, '{column.type}' as identifier_type, {value}::varchar as raw_value
        from identity_wide
    """


def _attributes(
    con: duckdb.DuckDBPyConnection,
    columns: Sequence[Column],
    clean: Callable[..., str],
    as_of: date,
) -> None:
    from assets.enrich.identity.standardise.dates import standardise_birth_dates

    birth = f"({_joined(columns, 'birth_date', 'null')})::varchar"
    births = partial(standardise_birth_dates, as_of=as_of)
    for name, raw, standardiser in (
        ("names", _name(columns), "name"),
        ("addresses", _address(columns), "address"),
        ("births", birth, births),
    ):
        cleaned = clean(
            f"select node, {raw} as raw_value from identity_wide as wide where {raw} is not null",
            standardiser,
        )
        con.execute(
            f"create or replace temp table identity_{name} as select * from {cleaned}"
        ).fetchall()
        con.unregister(cleaned)
    con.execute(
        """
        insert into identity_attributes
        select
            wide.node,
            names.name_han,
            names.name_key,
            names.name_family,
            names.name_given,
            names.name_kind,
            coalesce(
                names.name_kind in ('han', 'pinyin')
                or (
                    names.name_kind = 'latin'
                    and length(names.name_family) > 1
                    and length(names.name_given) > 1
                ),
                false
            ) as is_named,
            births.birth_date,
            addresses.region_key,
            addresses.city_key,
            addresses.street_key,
            addresses.number_key,
            addresses.postcode
        from identity_wide as wide
        left join identity_names as names on wide.node = names.node
        left join identity_addresses as addresses on wide.node = addresses.node
        left join identity_births as births on wide.node = births.node
        """
    ).fetchall()
    for name in ("names", "addresses", "births"):
        con.execute(f"drop table identity_{name}").fetchall()


def _name(people: Sequence[Column]) -> str:
    """The raw name of a record: the full name, else given and family name."""
    full, given, family = (
        _joined(people, kind, "null::varchar") for kind in ("full_name", "given_name", "family_name")
    )
    parts = f"concat(coalesce({given}, ''), {_SEPARATOR}, coalesce({family}, ''))"
    return f"coalesce({full}, nullif({parts}, {_SEPARATOR}))"


def _address(people: Sequence[Column]) -> str:
    """The raw address of a record: its parts in a fixed order; null where all are missing."""
    parts = [f"coalesce({_joined(people, part, 'null::varchar')}, '')" for part in _ADDRESS_PARTS]
    together = f" || {_SEPARATOR} || ".join(parts)
    return f"nullif({together}, repeat({_SEPARATOR}, {len(_ADDRESS_PARTS) - 1}))"


def _joined(people: Sequence[Column], kind: str, missing: str) -> str:
    """One expression for all columns of an attribute; several are read one after the other."""
    names = [f'wide."{column.name}"' for column in people if column.type == kind]
    if not names:
        return missing
    if len(names) == 1:
        return names[0]
    return f"nullif(concat_ws(', ', {', '.join(names)}), '')"
