"""The strongest path between two records. Pure; works on the few links around one customer."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping

from assets.enrich.identity.explain.model import Evidence, Link, Names, RecordId, Step

Pair = tuple[RecordId, RecordId]
Pairs = Mapping[Pair, tuple[Evidence, ...]]


def by_pair(links: Iterable[Link]) -> dict[Pair, tuple[Evidence, ...]]:
    """All evidence on each pair: accepted before rejected, strong before weak."""
    found: dict[Pair, list[Evidence]] = defaultdict(list)
    for link in links:
        found[min(link.a, link.b), max(link.a, link.b)].append(link.evidence)
    return {
        pair: tuple(
            sorted(
                evidence,
                key=lambda e: (not e.is_accepted, -e.weight, e.rule, e.identifier_hash or ""),
            )
        )
        for pair, evidence in found.items()
    }


def strongest_path(pairs: Pairs, a: RecordId, b: RecordId, names: Names) -> list[Step]:
    """The path whose weakest step is the strongest possible; no path gives an empty list.

    Before that comes that it needs as few refused steps as possible; among equals the shortest
    one is taken, then the one with the most weight. Such a path is one of the maximum spanning
    tree, made as short as its weakest step allows.
    """
    steps = {
        pair: Step(names[pair[0]], names[pair[1]], evidence) for pair, evidence in pairs.items()
    }
    weights = sorted({step.weight for step in steps.values()}, reverse=True)
    best: tuple[int, list[Pair]] | None = None
    for weight in weights:
        strong = {pair: step for pair, step in steps.items() if step.weight >= weight}
        found = _shortest(strong, a, b)
        # A weaker limit is only worth it when it spares a refused step.
        if found and (best is None or found[0] < best[0]):
            best = found
    if best is None:
        return []
    path, here = [], a
    for pair in best[1]:
        there = pair[1] if pair[0] == here else pair[0]
        path.append(Step(names[here], names[there], steps[pair].evidence))
        here = there
    return path


def _shortest(
    steps: Mapping[Pair, Step], a: RecordId, b: RecordId
) -> tuple[int, list[Pair]] | None:
    """Dijkstra on (refused steps, steps, weight); each step makes a path longer, so it holds."""
    around: dict[RecordId, list[tuple[RecordId, Pair]]] = defaultdict(list)
    for pair in sorted(steps):
        around[pair[0]].append((pair[1], pair))
        around[pair[1]].append((pair[0], pair))
    queue: list[tuple[int, int, float, RecordId, list[Pair]]] = [(0, 0, 0.0, a, [])]
    done: set[RecordId] = set()
    while queue:
        refused, length, missing, here, path = heapq.heappop(queue)
        if here == b:
            return refused, path
        if here in done:
            continue
        done.add(here)
        for there, pair in around[here]:
            if there not in done:
                step = steps[pair]
                further = (refused + step.is_refused, length + 1, missing + 1 - step.weight)
                heapq.heappush(queue, (*further, there, [*path, pair]))
    return None
