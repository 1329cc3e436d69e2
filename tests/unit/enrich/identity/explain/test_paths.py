from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.explain.model import Evidence, Link, RecordId
from assets.enrich.identity.explain.paths import by_pair, strongest_path

NODES = [("s", str(number)) for number in range(7)]
NAMES = {node: ":".join(node) for node in NODES}
EDGES = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([0.5, 0.8, 0.9, 1.0])).filter(
        lambda edge: edge[0] != edge[1]
    ),
    max_size=14,
)


def link(a: RecordId, b: RecordId, weight: float, accepted: bool = True) -> Link:
    return Link(a, b, Evidence("rule", None, None, None, weight, (), accepted, None))


@settings(deadline=None)
@given(EDGES)
def test_weakest_step_is_that_of_the_maximum_spanning_tree(
    edges: list[tuple[int, int, float]],
) -> None:
    links = [link(NODES[a], NODES[b], weight) for a, b, weight in edges]
    path = strongest_path(by_pair(links), NODES[0], NODES[6], NAMES)
    group = list(range(7))
    bottleneck = None
    for a, b, weight in sorted(edges, key=lambda edge: -edge[2]):
        old, new = group[a], group[b]
        group = [new if member == old else member for member in group]
        if bottleneck is None and group[0] == group[6]:
            bottleneck = weight
    assert min((step.weight for step in path), default=None) == bottleneck
    assert all(step.b == after.a for step, after in pairwise(path))
    if path:
        assert (path[0].a, path[-1].b) == (NAMES[NODES[0]], NAMES[NODES[6]])


def test_the_same_for_any_order_of_links() -> None:
    links = [link(NODES[a], NODES[b], 0.9) for a, b in ((0, 1), (0, 2), (1, 3), (2, 3))]
    one = strongest_path(by_pair(links), NODES[0], NODES[3], NAMES)
    assert one == strongest_path(by_pair(links[::-1]), NODES[0], NODES[3], NAMES)
    assert len(one) == 2
