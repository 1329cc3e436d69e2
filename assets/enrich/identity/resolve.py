"""The whole of identity resolution on one connection: identity inputs in, identity tables out.

The graph is recomputed every night. So a deleted record, a corrected number and a split need no
code of their own, and the order in which records arrive cannot matter.

The key of a customer comes from its founding record: the one first seen, then the one of the
most trusted source, then the smallest record id. A record that turns up later never founds, so a
lead who becomes a shop customer keeps the key. When two customers prove to be one, the older key
stays. A rebuild for an earlier date gives the same keys as far as the sources still hold the
records of that date.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.identity import inputs, link, references
from assets.enrich.identity.cluster import smallest_member
from assets.enrich.identity.keys import PADS_TABLE, customer_key
from assets.enrich.identity.rules import DEFAULT_PHONE_REGION

if TYPE_CHECKING:
    import duckdb

_SCRATCH = ("rules", "nodes", "standard_raw", "carriers", "values", "edges", "clusters", "owners")


class KeyCollisionError(Exception):
    """Two customers were given one key."""


def resolve(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    timezone: str,
    default_region: str = DEFAULT_PHONE_REGION,
) -> None:
    """Write identifiers, links, customers_map and references_map into the vault.

    Args:
        con: connection with the vault attached as `vault`.
        as_of: business date of the run; stands in where a record does not say when it began.
        timezone: business time zone of `valid_from`.
        default_region: region of phone numbers that give no hint themselves.

    Raises:
        inputs.IdentityInputError: the inputs are not what they promise.
        KeyCollisionError: two founding records hash to the same customer key.
    """
    inputs.check_inputs(con)
    inputs.load_rules(con)
    inputs.number_records(con)
    inputs.standardise_identifiers(con, default_region)
    link.find_carriers(con)
    link.find_edges(con)
    _cluster(con)
    _write_identifiers(con)
    link.write_links(con)
    _write_customers_map(con, as_of, timezone)
    references.write_references_map(con)
    for name in _SCRATCH:
        con.execute(f"drop table if exists identity_{name}").fetchall()


def _cluster(con: duckdb.DuckDBPyConnection) -> None:
    """Make `identity_clusters`: each node and the node that founds its component."""
    import numpy as np
    import pyarrow as pa

    [(node_count,)] = con.execute("select count(*) from identity_nodes").fetchall()
    edges = con.sql("select center, node from identity_edges where is_accepted").to_arrow_table()
    founders = smallest_member(
        node_count, edges.column("center").to_numpy(), edges.column("node").to_numpy()
    )
    nodes = np.arange(node_count)
    con.register("identity_found", pa.table({"node": nodes, "founder": founders}))
    con.execute(
        "create or replace temp table identity_clusters as select * from identity_found"
    ).fetchall()
    con.unregister("identity_found")


def _write_identifiers(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        create or replace table vault.identity.identifiers as
        select
            raw.source,
            raw.source_record_id,
            raw.identifier_type,
            raw.identifier_value,
            bool_or(raw.is_valid) as is_valid,
            case when not bool_or(raw.is_valid) then min(raw.invalid_reason) end as invalid_reason,
            bool_or(raw.is_valid and coalesce(identity_values.is_shared, false)) as is_shared,
            bool_or(raw.is_reference) as is_reference
        from identity_standard_raw as raw
        left join identity_values
            on raw.identifier_type = identity_values.identifier_type
            and raw.identifier_value = identity_values.identifier_value
        group by
            raw.source, raw.source_record_id, raw.identifier_type, raw.identifier_value
        order by
            raw.source, raw.source_record_id, raw.identifier_type, raw.identifier_value
        """
    ).fetchall()


def _write_customers_map(con: duckdb.DuckDBPyConnection, as_of: date, timezone: str) -> None:
    con.execute(
        f"""
        create or replace temp table identity_keys as
        select
            founders.node as founder,
            {customer_key("founders.source", "founders.source_record_id")} as customer_key
        from (select distinct founder from identity_clusters) as clusters
        cross join {PADS_TABLE} as pads
        inner join identity_nodes as founders on clusters.founder = founders.node
        """
    ).fetchall()
    [(collisions,)] = con.execute(
        "select count(*) - count(distinct customer_key) from identity_keys"
    ).fetchall()
    if collisions:
        raise KeyCollisionError(
            f"{collisions} customers would share a customer_key with another one; "
            "use more digits of the keyed hash in assets/enrich/identity/keys.py"
        )
    con.execute(
        """
        create or replace table vault.identity.customers_map as
        select
            nodes.source,
            nodes.source_record_id,
            keys.customer_key,
            coalesce(
                cast(timezone($timezone, timezone('UTC', nodes.first_seen_at)) as date),
                cast($as_of as date)
            ) as valid_from,
            cast(null as date) as valid_to,
            true as is_current
        from identity_clusters as clusters
        inner join identity_nodes as nodes on clusters.node = nodes.node
        inner join identity_keys as keys on clusters.founder = keys.founder
        order by nodes.source, nodes.source_record_id
        """,
        {"timezone": timezone, "as_of": as_of},
    ).fetchall()
    con.execute("drop table identity_keys").fetchall()
