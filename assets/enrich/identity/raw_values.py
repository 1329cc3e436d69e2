"""The raw values that must be cleaned, in SQL: of which records, and their parts put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assets.enrich.identity.inputs import Column

if TYPE_CHECKING:
    import duckdb

_SEPARATOR = "chr(31)"
"""Between the parts of a name or an address; no keyboard types it."""
_ADDRESS_PARTS = ("region", "city", "address", "house_number", "postcode")


def find_changed(
    con: duckdb.DuckDBPyConnection,
    nodes: str,
    relation: str,
    columns: Sequence[Column],
    known: bool,
) -> None:
    """Make `identity_wide`: node, hash and raw values of the records that must be cleaned.

    Where all must be, it is a view: the relation as it lies, with the nodes in the same order.
    """
    values = "".join(f', records."{column.name}"' for column in columns)
    if not known:
        con.execute(
            f"""
            create temp table identity_raw as
            select node, record_hash from {nodes} order by place
            """
        ).fetchall()
        con.execute(
            f"""
            create temp view identity_wide as
            select numbers.node, numbers.record_hash {values}
            from {relation} as records
            positional join identity_raw as numbers
            """
        ).fetchall()
        return
    con.execute(
        f"""
        create temp table identity_raw as
        select nodes.node, nodes.record_hash {values}
        from (select *, row_number() over () as place from {relation}) as records
        inner join (
            select nodes.node, nodes.record_hash, nodes.place
            from {nodes} as nodes
            anti join identity_unchanged as known on nodes.node = known.node
        ) as nodes on records.place = nodes.place
        """
    ).fetchall()
    con.execute("create temp view identity_wide as select * from identity_raw").fetchall()


def may_repeat(columns: Sequence[Column]) -> bool:
    """Whether one record may carry the same value twice."""
    types = [column.type for column in columns]
    return len(set(types)) < len(types) or any(column.is_list for column in columns)


def raw_values(column: Column) -> str:
    """The values of a column as typed, with node and type, as one SELECT."""
    value = f'unnest("{column.name}")' if column.is_list else f'"{column.name}"'
    return f"""
        select node, '{column.type}' as identifier_type, {value}::varchar as raw_value
        from identity_wide
    """


def raw_name(people: Sequence[Column]) -> str:
    """The raw name of a record: the full name, else given and family name."""
    full, given, family = (
        joined(people, kind, "null::varchar") for kind in ("full_name", "given_name", "family_name")
    )
    parts = f"concat(coalesce({given}, ''), {_SEPARATOR}, coalesce({family}, ''))"
    return f"coalesce({full}, nullif({parts}, {_SEPARATOR}))"


def raw_address(people: Sequence[Column]) -> str:
    """The raw address of a record: its parts in a fixed order; null where all are missing."""
    parts = [f"coalesce({joined(people, part, 'null::varchar')}, '')" for part in _ADDRESS_PARTS]
    together = f" || {_SEPARATOR} || ".join(parts)
    return f"nullif({together}, repeat({_SEPARATOR}, {len(_ADDRESS_PARTS) - 1}))"


def joined(people: Sequence[Column], kind: str, missing: str) -> str:
    """One expression for all columns of an attribute; several are read one after the other."""
    names = [f'wide."{column.name}"' for column in people if column.type == kind]
    if not names:
        return missing
    if len(names) == 1:
        return names[0]
    return f"nullif(concat_ws(', ', {', '.join(names)}), '')"
