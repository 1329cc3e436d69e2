"""Evidence between records: which identifiers two records share, and whether that may link them.

Star edges: every record that carries an identifier is tied to the smallest record that carries it.
That joins the same components as all pairs would, with n-1 links instead of n(n-1)/2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.keys import PADS_TABLE, identifier_hash

if TYPE_CHECKING:
    import duckdb

SHARED = "shared"
"""Why an identifier on too many records links nobody."""


def find_carriers(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_values`: one row per identifier value that a linkable record carries.

    Reads `identity_nodes`, `identity_standard_raw` and `identity_rules`. `center` is the smallest
    node; `is_shared` is the hub guard: a value on more records than its rule allows.
    """
    con.execute(
        """
        create or replace temp table identity_carriers as
        select distinct raw.identifier_type, raw.identifier_value, nodes.node
        from identity_standard_raw as raw
        inner join identity_nodes as nodes
            on raw.source = nodes.source and raw.source_record_id = nodes.source_record_id
        where raw.is_valid and not raw.is_reference and nodes.is_linkable
        """
    ).fetchall()
    con.execute(
        """
        create or replace temp table identity_values as
        select
            carriers.identifier_type,
            carriers.identifier_value,
            min(carriers.node) as center,
            count(*) as record_count,
            count(*) > any_value(rules.hub_limit) as is_shared
        from identity_carriers as carriers
        inner join identity_rules as rules on carriers.identifier_type = rules.identifier_type
        group by carriers.identifier_type, carriers.identifier_value
        """
    ).fetchall()


def find_edges(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_edges`: one row per record, other record and the identifier both carry."""
    con.execute(
        """
        create or replace temp table identity_edges as
        select
            identity_values.center,
            carriers.node,
            carriers.identifier_type,
            carriers.identifier_value,
            not identity_values.is_shared as is_accepted
        from identity_carriers as carriers
        inner join identity_values
            on carriers.identifier_type = identity_values.identifier_type
            and carriers.identifier_value = identity_values.identifier_value
        where carriers.node > identity_values.center
        """
    ).fetchall()


def write_links(con: duckdb.DuckDBPyConnection) -> None:
    """Write `links` from the edges; the identifier leaves as a keyed hash only."""
    con.execute(
        f"""
        create or replace table vault.identity.links as
        with evidence as (
            select
                one.source as source_a,
                one.source_record_id as source_record_id_a,
                other.source as source_b,
                other.source_record_id as source_record_id_b,
                rules.name as rule,
                edges.identifier_type,
                {identifier_hash("edges.identifier_type", "edges.identifier_value")}
                    as identifier_hash,
                rules.weight as score,
                edges.is_accepted,
                case when not edges.is_accepted then '{SHARED}' end as reason
            from identity_edges as edges
            cross join {PADS_TABLE} as pads
            inner join identity_nodes as one on edges.center = one.node
            inner join identity_nodes as other on edges.node = other.node
            inner join identity_rules as rules on edges.identifier_type = rules.identifier_type
        )
        select
            md5(concat_ws(
                '|', source_a, source_record_id_a, source_b, source_record_id_b,
                rule, identifier_hash
            )) as link_id,
            *
        from evidence
        order by source_a, source_record_id_a, source_b, source_record_id_b, rule, identifier_hash
        """
    ).fetchall()
