"""One way in for both formulations: temp tables of the connection in, temp table out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from assets.enrich.arrays import read_arrays, shown
from assets.enrich.identity.cluster.components import smallest_member
from assets.enrich.identity.cluster.portable import portable_components

if TYPE_CHECKING:
    import duckdb

Method = Literal["array", "portable"]


class ClusterInputError(Exception):
    """The accepted links do not fit the nodes."""


def cluster(con: duckdb.DuckDBPyConnection, method: Method = "array") -> None:
    """Make temp table `identity_clusters` (node, founder), founder the smallest of the component.

    Args:
        con: connection with `identity_nodes` (node from 0 to n-1) and `identity_accepted` (a, b).
        method: "array" in memory at array speed, or "portable" in SQL that any engine runs.

    Raises:
        ClusterInputError: a link has an end that is no node.
        ValueError: no such method.
    """
    if method not in get_args(Method):
        raise ValueError(f"no clustering method {method!r}; known: {', '.join(get_args(Method))}")
    [(node_count,)] = con.execute("select count(*) from identity_nodes").fetchall()
    [(strays,)] = con.execute(
        """
        select count(*)
        from identity_accepted
        where a is null or b is null or least(a, b) < 0 or greatest(a, b) >= $node_count
        """,
        {"node_count": node_count},
    ).fetchall()
    if strays:
        raise ClusterInputError(
            f"identity_accepted has {strays} links with an end outside the {node_count} nodes of "
            "identity_nodes; mend the step that made it"
        )
    if method == "array":
        _with_arrays(con, node_count)
    else:
        portable_components(
            lambda statement: con.execute(statement).fetchall(),
            "identity_nodes",
            "identity_accepted",
            "identity_clusters",
            create="create temp table",
            scratch="identity_components",
        )


def _with_arrays(con: duckdb.DuckDBPyConnection, node_count: int) -> None:
    import numpy as np

    links = read_arrays(con, "select a::integer as a, b::integer as b from identity_accepted")
    founders = smallest_member(node_count, links["a"], links["b"]).astype(np.int32)
    clusters = {"node": np.arange(node_count, dtype=np.int32), "founder": founders}
    with shown(con, "identity_clusters_found", clusters):
        con.execute(
            "create or replace temp table identity_clusters as"
            " select * from identity_clusters_found"
        ).fetchall()
