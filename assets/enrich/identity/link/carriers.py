"""Which records carry the same identifier, and which identifiers are shared by too many people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.arrays import is_first, may_recur, read_arrays, shown
from assets.enrich.identity.rules import Rules

if TYPE_CHECKING:
    import duckdb

_PERSON = """
    case
        when not attributes.is_named then null
        when attributes.name_kind = 'latin' then
            least(left(attributes.name_family, 1), left(attributes.name_given, 1))
            || greatest(left(attributes.name_family, 1), left(attributes.name_given, 1))
        else coalesce(attributes.name_han, attributes.name_key)
    end
"""
"""What tells the people behind an identifier apart; Western names by their initials, because one
person's name in five spellings is not five people."""


def load_types(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Make `identity_types`: the identifier types and their rule as a table."""
    con.execute(
        """
        create or replace temp table identity_types (
            identifier_type varchar, strength varchar, max_names bigint, max_records bigint,
            rule varchar, weight double
        )
        """
    ).fetchall()
    con.executemany(
        "insert into identity_types values (?, ?, ?, ?, ?, ?)",
        [
            [
                kind.type,
                kind.strength,
                kind.max_names,
                kind.max_records,
                rules.identifier_rules[kind.type].name,
                rules.identifier_rules[kind.type].weight,
            ]
            for kind in rules.identifiers
        ],
    ).fetchall()


def find_shared_values(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_values` and `identity_carriers` for values on two linkable records or more.

    `identity_values`: value_id, identifier_type, identifier_value, center (the most senior
    carrier), records and is_hub: more names, or more records, than one person or household would
    have. A hub is judged by names first: a person with thirty orders is no hub, a shop's telephone
    on thirty customers is.
    """
    _find_carriers(con)
    # Names are counted only where the records are too many for them all to be different.
    con.execute(
        f"""
        create or replace temp table identity_values as
        with limited as (
            select
                common.*,
                identifiers.identifier_type,
                identifiers.identifier_value,
                types.max_names,
                types.max_records
            from identity_common as common
            inner join identity_identifiers as identifiers
                on common.center = identifiers.node
                and common.value_key = identifiers.value_key
                and identifiers.is_valid
            inner join identity_types as types
                on identifiers.identifier_type = types.identifier_type
        ),
        named as (
            select carriers.value_id, count(distinct {_PERSON}) as names
            from identity_carriers as carriers
            semi join (select value_id from limited where records > max_names) as doubtful
                on carriers.value_id = doubtful.value_id
            inner join identity_attributes as attributes on carriers.node = attributes.node
            group by carriers.value_id
        )
        select
            limited.* exclude (max_names, max_records),
            coalesce(named.names, 0) > limited.max_names or limited.records > limited.max_records
                as is_hub
        from limited
        left join named on limited.value_id = named.value_id
        """
    ).fetchall()
    con.execute("drop table identity_common").fetchall()
    con.execute(
        """
        update vault.identity.identifiers set is_shared = true
        where
            is_valid
            and hash(identifier_type, identifier_value) in (
                select value_key from identity_values where is_hub
            )
        """
    ).fetchall()


def _find_carriers(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_carriers` (value_id, node) and `identity_common` (one row per value_id)."""
    import numpy as np

    carried = read_arrays(
        con,
        """
        select identifiers.node, identifiers.value_key
        from identity_identifiers as identifiers
        anti join (select node from identity_nodes where not is_linkable) as barred
            on identifiers.node = barred.node
        where identifiers.is_valid and not identifiers.is_reference
        """,
    )
    kept = may_recur(carried["value_key"])
    nodes, keys = carried["node"][kept], carried["value_key"][kept]
    order = np.argsort(keys)
    nodes, keys = nodes[order], keys[order]
    begins = is_first(keys)
    records = np.diff(np.append(np.flatnonzero(begins), len(keys)))
    is_common = np.repeat(records > 1, records)
    nodes, keys, begins = nodes[is_common], keys[is_common], begins[is_common]
    starts, records = np.flatnonzero(begins), records[records > 1]
    value_ids = np.arange(len(records), dtype=np.int32)
    for table, columns in (
        ("carriers", {"value_id": np.repeat(value_ids, records), "node": nodes}),
        (
            "common",
            {
                "value_id": value_ids,
                "value_key": keys[starts],
                "center": np.minimum.reduceat(nodes, starts) if len(starts) else nodes,
                "records": records,
            },
        ),
    ):
        with shown(con, "identity_found", columns):
            con.execute(
                f"create or replace temp table identity_{table} as from identity_found"
            ).fetchall()


def pair_carriers(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_shared`: a, b, value_id for every pair of carriers of a value that is no hub.

    Of a hub, every carrier is paired with the most senior one only: enough to say later why it
    did not link.
    """
    con.execute(
        """
        create or replace temp table identity_shared as
        select one.node as a, other.node as b, one.value_id
        from identity_carriers as one
        inner join identity_carriers as other
            on one.value_id = other.value_id and one.node < other.node
        inner join identity_values on one.value_id = identity_values.value_id
        where not identity_values.is_hub or one.node = identity_values.center
        """
    ).fetchall()
