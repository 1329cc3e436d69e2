from __future__ import annotations

import random
import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.cluster.components import smallest_member
from assets.enrich.identity.cluster.constrained import Constrained, constrained_components

Edge = tuple[int, int, float]
Pair = tuple[int, int]
NODES = 12


def constrained(edges: list[Edge], cannot: list[Pair]) -> Constrained:
    return constrained_components(
        np.array([edge[0] for edge in edges], dtype=np.int32),
        np.array([edge[1] for edge in edges], dtype=np.int32),
        np.array([edge[2] for edge in edges], dtype=np.float64),
        np.array([pair[0] for pair in cannot], dtype=np.int32),
        np.array([pair[1] for pair in cannot], dtype=np.int32),
    )


def founders(found: Constrained) -> dict[int, int]:
    return dict(zip(found.nodes.tolist(), found.founders.tolist(), strict=True))


def components(edges: list[Edge]) -> dict[int, int]:
    left, right = (np.array([edge[i] for edge in edges], dtype=np.int64) for i in (0, 1))
    labels = smallest_member(NODES, left, right).tolist()
    return {node: labels[node] for edge in edges for node in edge[:2]}


node = st.integers(0, NODES - 1)
edge_lists = st.lists(st.tuples(node, node, st.sampled_from([0.5, 0.9, 1.0])), max_size=30)
pair_lists = st.lists(st.tuples(node, node), max_size=10)


@settings(deadline=None)
@given(edge_lists)
def test_without_constraints_they_are_plain_components(edges: list[Edge]) -> None:
    found = constrained(edges, [])
    assert founders(found) == components(edges)
    assert found.refused.shape == (0, 4)


@settings(deadline=None, max_examples=300)
@given(edge_lists, pair_lists)
def test_a_forbidden_pair_is_never_one_and_every_refusal_says_why(
    edges: list[Edge], cannot: list[Pair]
) -> None:
    found = constrained(edges, cannot)
    label = founders(found)
    forbidden = {frozenset(pair) for pair in cannot if pair[0] != pair[1]}
    for one, other in cannot:
        assert one == other or label[one] != label[other]
    refused = {(a, b): (c, d) for a, b, c, d in found.refused.tolist()}
    for (a, b), (c, d) in refused.items():
        assert a < b
        assert label[a] == label[c] != label[b] == label[d]
        assert frozenset((c, d)) in forbidden
    kept = [edge for edge in edges if tuple(sorted(edge[:2])) not in refused]
    plain = components(kept)
    assert {one: plain.get(one, one) for one in label} == label


@settings(deadline=None)
@given(edge_lists, pair_lists, st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_does_not_matter(
    edges: list[Edge], cannot: list[Pair], chance: random.Random
) -> None:
    turned = [(b, a, w) if chance.random() < 0.5 else (a, b, w) for a, b, w in edges]
    turned_pairs = [(b, a) if chance.random() < 0.5 else (a, b) for a, b in cannot]
    chance.shuffle(turned)
    chance.shuffle(turned_pairs)
    first, second = constrained(edges, cannot), constrained(turned, turned_pairs)
    assert founders(first) == founders(second)
    assert first.refused.tolist() == second.refused.tolist()


def test_the_weakest_link_on_the_way_gives_way() -> None:
    found = constrained([(0, 1, 0.9), (1, 2, 0.5), (2, 3, 0.8)], [(3, 0)])
    assert founders(found) == {0: 0, 1: 0, 2: 2, 3: 2}
    assert found.refused.tolist() == [[1, 2, 0, 3]]


def test_a_direct_link_of_a_forbidden_pair_is_refused_whatever_its_weight() -> None:
    found = constrained([(5, 7, 9.0), (7, 5, 0.1)], [(7, 5)])
    assert founders(found) == {5: 5, 7: 7}
    assert found.refused.tolist() == [[5, 7, 5, 7]]


def test_a_node_that_only_a_constraint_names_stands_alone() -> None:
    assert founders(constrained([], [(4, 2)])) == {2: 2, 4: 4}


def test_a_hundred_thousand_links_take_seconds() -> None:
    chance = np.random.default_rng(3)
    left, right = chance.integers(0, 60_000, (2, 100_000))
    cannot = chance.integers(0, 60_000, (2, 20_000))
    began = time.process_time()
    found = constrained_components(left, right, chance.random(100_000), *cannot)
    assert time.process_time() - began < 10
    label = founders(found)
    assert all(a == b or label[a] != label[b] for a, b in cannot.T.tolist())
    assert len(found.refused) > 1_000
