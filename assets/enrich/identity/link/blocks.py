"""Which records are worth comparing: they share an identifier, or some keys are equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.arrays import is_first, may_recur, read_arrays
from assets.enrich.identity.link.prints import Prints
from assets.enrich.identity.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb
    import numpy as np
    import numpy.typing as npt

    from assets.enrich.identity.link.prints import Nodes, Numbers

MEMBERS = 30
"""Most records that a key rule compares with each other when it sets no limit itself."""

_ODD = 0x9E3779B97F4A7C15
"""Multiplying by it spreads a difference over the higher bits (Fibonacci hashing)."""


def find_pairs(con: duckdb.DuckDBPyConnection, rules: Rules, prints: Prints) -> tuple[Nodes, Nodes]:
    """Every pair of linkable records that will be compared, once: the smaller nodes, the larger.

    A set of keys that more records share than its limit says nothing about anybody, and would cost
    the square of their number.
    """
    import numpy as np

    blocks = [(list(rule.stands_on), MEMBERS) for rule in rules.key_rules]
    blocks += [(block.keys, block.max_records) for block in rules.evidence.blocks]
    found = [_sharing_an_identifier(con)]
    for keys, limit in blocks:
        found += _alike(prints, keys, limit)
    pairs = np.sort(np.concatenate(found))
    pairs = pairs[is_first(pairs)]
    return pairs >> 32, pairs & 0xFFFFFFFF


def _sharing_an_identifier(con: duckdb.DuckDBPyConnection) -> npt.NDArray[np.int64]:
    shared = read_arrays(
        con,
        """
        select (shared.a::bigint << 32) | shared.b as pair
        from identity_shared as shared
        inner join identity_values on shared.value_id = identity_values.value_id
        where not identity_values.is_hub
        """,
    )
    return shared["pair"]


def _alike(prints: Prints, keys: list[str], limit: int) -> Iterator[npt.NDArray[np.int64]]:
    """The pairs of records whose keys are all equal, if no more than `limit` records share them.

    Records that are equal in a hash only are told apart later, as all pairs are compared.
    """
    import numpy as np

    held = prints.is_linkable
    for key in keys:
        held = held & prints.known(key)
    nodes = np.flatnonzero(held)
    hashes = _mixed([prints.details[key][nodes] for key in keys])
    kept = may_recur(hashes)
    nodes, hashes = nodes[kept], hashes[kept]
    order = np.argsort(hashes)
    nodes, hashes = nodes[order], hashes[order]
    group = np.cumsum(is_first(hashes)) - 1
    size = np.bincount(group)[group]
    small = (size > 1) & (size <= limit)
    nodes, group = nodes[small], group[small]
    for distance in range(1, limit):
        here = np.flatnonzero(group[distance:] == group[:-distance])
        if len(here) == 0:
            break
        one, other = nodes[here], nodes[here + distance]
        yield (np.minimum(one, other) << 32) | np.maximum(one, other)


def _mixed(columns: list[Numbers]) -> Numbers:
    """One hash for the prints of several keys."""
    import numpy as np

    odd, half = np.uint64(_ODD), np.uint64(32)
    mixed = columns[0]
    for column in columns[1:]:
        mixed = (mixed ^ (mixed >> half)) * odd + column
    return (mixed ^ (mixed >> half)) * odd
