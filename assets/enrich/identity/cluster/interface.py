"""One way in for both formulations: temp tables of the connection in, temp table out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from assets.enrich.identity.cluster.components import smallest_member
from assets.enrich.identity.cluster.portable import portable_components

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

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
    import pyarrow as pa

    links = con.sql("select a::integer as a, b::integer as b from identity_accepted")
    table = links.to_arrow_table().combine_chunks()
    founders = smallest_member(node_count, _numpy(table.column("a")), _numpy(table.column("b")))
    columns = {"node": np.arange(node_count, dtype=np.int32), "founder": founders.astype(np.int32)}
    # From the memory as it is: pa.array() would load pandas, at more than 1 CPU s.
    arrays = {
        name: pa.Array.from_buffers(pa.int32(), node_count, [None, pa.py_buffer(values)])
        for name, values in columns.items()
    }
    con.register("identity_clusters_found", pa.table(arrays))
    con.execute(
        "create or replace temp table identity_clusters as select * from identity_clusters_found"
    ).fetchall()
    con.unregister("identity_clusters_found")


def _numpy(column: Any) -> npt.NDArray[np.int32]:
    """An Arrow column without nulls as it lies in memory; to_numpy() would load pandas."""
    import numpy as np

    if len(column) == 0:
        return np.empty(0, dtype=np.int32)
    values: npt.NDArray[np.int32] = np.from_dlpack(column.chunk(0)).astype(np.int32, copy=False)
    return values
