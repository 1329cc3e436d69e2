from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.cluster import smallest_member


def naive(node_count: int, edges: list[tuple[int, int]]) -> list[int]:
    """Spread the smaller label over every edge until nothing changes."""
    label = list(range(node_count))
    changed = True
    while changed:
        changed = False
        for a, b in edges:
            low = min(label[a], label[b])
            if label[a] != low or label[b] != low:
                label[a] = label[b] = low
                changed = True
    return label


def clustered(node_count: int, edges: list[tuple[int, int]]) -> list[int]:
    left, right = (np.array([edge[i] for edge in edges], dtype=np.int64) for i in (0, 1))
    return smallest_member(node_count, left, right).tolist()


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    node_count = draw(st.integers(1, 30))
    node = st.integers(0, node_count - 1)
    return node_count, draw(st.lists(st.tuples(node, node), max_size=60))


@settings(deadline=None)
@given(graphs())
def test_components_equal_the_naive_ones(graph: tuple[int, list[tuple[int, int]]]) -> None:
    assert clustered(*graph) == naive(*graph)


def test_a_long_chain_is_one_component() -> None:
    length = 200_000
    shuffled = np.random.default_rng(7).permutation(length)
    founders = smallest_member(length, shuffled[:-1], shuffled[1:])
    assert not founders.any()


def test_no_nodes_and_no_edges() -> None:
    assert clustered(0, []) == []
    assert clustered(3, []) == [0, 1, 2]


def test_an_edge_given_many_times_counts_once() -> None:
    # 256 and more equal edges once summed to zero in a small integer type.
    assert clustered(2, [(0, 1)] * 1024) == [0, 0]
