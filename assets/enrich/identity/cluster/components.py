"""Connected components at array speed, for the embedded engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def smallest_member(
    node_count: int, left: npt.NDArray[np.integer], right: npt.NDArray[np.integer]
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

    # Only nodes with an edge are looked at: most records have none.
    is_linked = np.zeros(node_count, dtype=np.bool_)
    is_linked[left] = True
    is_linked[right] = True
    linked = np.flatnonzero(is_linked)
    place = np.cumsum(is_linked, dtype=np.int64) - 1
    # As booleans, because equal edges are added up and a small integer could wrap to zero.
    ones = np.ones(len(left), dtype=np.bool_)
    graph = coo_array((ones, (place[left], place[right])), shape=(len(linked), len(linked)))
    component_count, labels = connected_components(graph.tocsr(), directed=False)
    # Written from the last node to the first, so that the smallest node is what stays.
    smallest = np.empty(component_count, dtype=np.int64)
    smallest[labels[::-1]] = linked[::-1]
    found = np.arange(node_count, dtype=np.int64)
    found[linked] = smallest[labels]
    return found
