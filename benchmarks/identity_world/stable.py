"""How many keys had to change between two nights, and keys that came back for other people."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

Keys = Mapping[tuple[str, str], str]
"""(source, source_record_id) -> customer_key."""


def read_keys(keys: Path) -> dict[tuple[str, str], str]:
    """The keys of one night from Parquet."""
    import duckdb

    with duckdb.connect() as con:
        rows = con.execute(f"""
            select source, cast(source_record_id as varchar), customer_key
            from read_parquet('{keys}')
        """).fetchall()
    return {(source, record): key for source, record, key in rows}


def changes(before: Keys, after: Keys) -> int:
    """Records of both nights whose key is another one."""
    return sum(after.get(record, key) != key for record, key in before.items())


def unavoidable_changes(before: Keys, after: Keys) -> int:
    """The fewest records of both nights whose key must change, given who is with whom.

    A cluster of the second night keeps at most one old key and an old key lives on in at most one
    cluster, so the most that can stay is a maximum-weight matching of old and new clusters.
    """
    overlaps = Counter((key, after[record]) for record, key in before.items() if record in after)
    return overlaps.total() - most_kept(overlaps)


def most_kept(overlaps: Mapping[tuple[str, str], int]) -> int:
    """Weight of the best matching; each connected component is solved on its own."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not overlaps:
        return 0
    old = {key: place for place, key in enumerate(dict.fromkeys(a for a, _ in overlaps))}
    new = {key: place for place, key in enumerate(dict.fromkeys(b for _, b in overlaps))}
    rows = np.array([old[a] for a, _ in overlaps])
    columns = np.array([new[b] for _, b in overlaps])
    weights = np.array(list(overlaps.values()))
    size = len(old) + len(new)
    graph = coo_array((weights, (rows, columns + len(old))), shape=(size, size))
    part = connected_components(graph, directed=False)[1][rows]
    alone = np.bincount(part)[part] == 1
    kept = int(weights[alone].sum())
    order = np.flatnonzero(~alone)
    order = order[np.argsort(part[order], kind="stable")]
    for edges in np.split(order, np.flatnonzero(np.diff(part[order])) + 1):
        _, here = np.unique(rows[edges], return_inverse=True)
        _, there = np.unique(columns[edges], return_inverse=True)
        matrix = np.zeros((here.max(initial=-1) + 1, there.max(initial=-1) + 1), dtype=np.int64)
        matrix[here, there] = weights[edges]
        kept += int(matrix[linear_sum_assignment(matrix, maximize=True)].sum())
    return kept


def reused_keys(*nights: Keys) -> set[str]:
    """Keys given, in some night, to a cluster without any record that ever had the key before."""
    ever: dict[str, set[tuple[str, str]]] = defaultdict(set)
    reused = set()
    for night in nights:
        members: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for record, key in night.items():
            members[key].add(record)
        for key, records in members.items():
            if ever[key] and not ever[key] & records:
                reused.add(key)
            ever[key] |= records
    return reused


def evaluate_nights(keys: Iterable[Path]) -> dict[str, int]:
    """Key figures over consecutive nights, all to be zero but the first two."""
    nights = [read_keys(path) for path in keys]
    pairs = list(itertools.pairwise(nights))
    changed = sum(changes(a, b) for a, b in pairs)
    bound = sum(unavoidable_changes(a, b) for a, b in pairs)
    return {
        "changed_keys": changed,
        "unavoidable_changes": bound,
        "needless_changes": changed - bound,
        "reused_keys": len(reused_keys(*nights)),
    }
