"""Connected components, exactly, however long the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def smallest_member(
    node_count: int, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """For every node 0..n-1 the smallest node of its component.

    Args:
        node_count: number of nodes; a node without an edge is a component of its own.
        left: one end of every edge.
        right: the other end, same length.
    """
    # scipy takes 0.6 CPU s to import; loading the code location must not pay for it.
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if node_count == 0:
        return np.empty(0, dtype=np.int64)
    ones = np.ones(len(left), dtype=np.int8)
    graph = coo_array((ones, (left, right)), shape=(node_count, node_count)).tocsr()
    _, labels = connected_components(graph, directed=False)
    # unique() gives each label's first position, which is its smallest node.
    _, first = np.unique(labels, return_index=True)
    return first[labels].astype(np.int64)
