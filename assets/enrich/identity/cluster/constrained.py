"""Connected components under cannot-link pairs: the weakest link on the way between two gives way.

To cross out the direct link of two records that must not be one is useless: they meet again over
a third. So the links are taken in falling order of trust, and one that would bring a forbidden
pair into one cluster is refused. A Python loop, meant for the few components that hold such a
pair; all others need no care.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Pair = tuple[int, int]


@dataclass(frozen=True)
class Constrained:
    """What came of the links of the flagged components.

    Attributes:
        nodes: every node that a link or a forbidden pair names, in rising order.
        founders: for each of them the smallest node of its cluster.
        refused: one row (a, b, c, d) for each refused pair a < b of linked nodes, in rising order:
            a's cluster held c, b's held d, and c and d must not be one.
    """

    nodes: npt.NDArray[np.int64]
    founders: npt.NDArray[np.int64]
    refused: npt.NDArray[np.int64]


def constrained_components(
    left: npt.NDArray[np.integer],
    right: npt.NDArray[np.integer],
    weight: npt.NDArray[np.floating],
    cannot_left: npt.NDArray[np.integer],
    cannot_right: npt.NDArray[np.integer],
) -> Constrained:
    """Join the ends of links, strongest first, but never the two of a cannot-link pair.

    The result does not depend on the order of the links, of the pairs, or of their ends: links of
    equal weight are taken in the order of their nodes, and of several links between two nodes the
    strongest counts. A cannot-link pair of a node with itself says nothing and is passed over.

    Args:
        left: one end of every link.
        right: the other end, same length.
        weight: trust in the link; always-link pairs are given the highest.
        cannot_left: one of every pair that must never be one, whatever the weight of its links.
        cannot_right: the other one.
    """
    import numpy as np

    ends = [np.asarray(each, dtype=np.int64) for each in (left, right, cannot_left, cannot_right)]
    nodes, places = np.unique(np.concatenate(ends), return_inverse=True)
    a, b, c, d = np.split(places, np.cumsum([len(each) for each in ends])[:-1])
    forest = _Forest(len(nodes))
    for one, other in zip(c.tolist(), d.tolist(), strict=True):
        forest.forbid(one, other)
    refused: dict[Pair, Pair] = {}
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((high, low, -np.asarray(weight, dtype=np.float64)))
    for one, other in zip(low[order].tolist(), high[order].tolist(), strict=True):
        conflict = forest.join(one, other)
        if conflict is not None:
            # A weaker link of the same two is refused again; the first conflict is what counts.
            refused.setdefault((one, other), conflict)
    founders = np.array([forest.smallest[forest.root(node)] for node in range(len(nodes))], int)
    rows = np.array([(*pair, *refused[pair]) for pair in sorted(refused)], int).reshape(-1, 4)
    return Constrained(nodes, nodes[founders], nodes[rows])


class _Forest:
    """Union-find whose clusters know with which other clusters they must not be joined."""

    def __init__(self, node_count: int) -> None:
        self.parent = list(range(node_count))
        self.smallest = list(range(node_count))
        self.size = [1] * node_count
        # Of each root: the forbidden roots, with the smallest pair (own, theirs) that forbids.
        self.enemies: dict[int, dict[int, Pair]] = {}

    def root(self, node: int) -> int:
        parent = self.parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def forbid(self, one: int, other: int) -> None:
        """Before the first join: the two must never be one."""
        if one != other:
            self.enemies.setdefault(one, {})[other] = (one, other)
            self.enemies.setdefault(other, {})[one] = (other, one)

    def join(self, one: int, other: int) -> Pair | None:
        """Join the clusters of two nodes, or give the pair (with one, with other) that forbids."""
        kept, gone = self.root(one), self.root(other)
        if kept == gone:
            return None
        conflict = self.enemies.get(kept, {}).get(gone)
        if conflict is not None:
            return conflict
        if self._burden(kept) < self._burden(gone):
            kept, gone = gone, kept
        self.parent[gone] = kept
        self.size[kept] += self.size[gone]
        self.smallest[kept] = min(self.smallest[kept], self.smallest[gone])
        for enemy, pair in self.enemies.pop(gone, {}).items():
            known = self.enemies.setdefault(kept, {}).get(enemy)
            chosen = pair if known is None else min(pair, known, key=_order)
            self.enemies[kept][enemy] = chosen
            del self.enemies[enemy][gone]
            self.enemies[enemy][kept] = (chosen[1], chosen[0])
        return None

    def _burden(self, root: int) -> Pair:
        """What joining would have to move: the smaller set of enemies goes to the larger."""
        return len(self.enemies.get(root, {})), self.size[root]


def _order(pair: Pair) -> Pair:
    """Pairs compare by their nodes, whichever stands first."""
    return min(pair), max(pair)
