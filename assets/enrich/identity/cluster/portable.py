"""Connected components in plain SQL, for an engine that is spread over many machines.

The statements use JOIN, GROUP BY, MIN, LEAST and GREATEST only: no recursion, no arrays, nothing
that is DuckDB's own. Run them through Spark, or copy them into dbt models; the driver below only
asks for counts to know when to stop.

Edges are held once, as (low, high) with low < high. One round has four steps:

1. Forest: every node that has a smaller neighbour points to the smallest one. Pointers lead
   downwards, so they cannot run in a circle. A node without a pointer is a root.
2. Pointer jumping: every pointer becomes the pointer of its target, until all point to a root.
   The distance halves with each jump, so a chain of a million nodes takes twenty.
3. Labels: every node takes the root of the root that it had.
4. Contraction: edges are drawn between roots, and the next round begins with these. It ends when
   no edge is left.

Of the roots with an edge at most half live through two rounds, because whoever is smaller than
all its neighbours swallows them. So rounds grow with the logarithm of the nodes; records of people
have needed two or three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Execute = Callable[[str], list[tuple[Any, ...]]]
"""Runs one statement and gives its rows."""

EDGES = """
select least(a, b) as low, greatest(a, b) as high
from {edges}
where a <> b
group by least(a, b), greatest(a, b)
"""

LABELS = "select node, node as founder from {nodes}"

FOREST = """
select high as node, min(low) as parent, 1 as has_moved
from {edges}
group by high
"""

JUMP = """
select
    here.node,
    coalesce(above.parent, here.parent) as parent,
    case when above.node is null then 0 else 1 end as has_moved
from {forest} as here
left join {forest} as above on here.parent = above.node
"""

RELABEL = """
select labels.node, coalesce(forest.parent, labels.founder) as founder
from {labels} as labels
left join {forest} as forest on labels.founder = forest.node
"""

CONTRACT = """
select
    least(coalesce(of_low.parent, edges.low), of_high.parent) as low,
    greatest(coalesce(of_low.parent, edges.low), of_high.parent) as high
from {edges} as edges
inner join {forest} as of_high on edges.high = of_high.node
left join {forest} as of_low on edges.low = of_low.node
where coalesce(of_low.parent, edges.low) <> of_high.parent
group by
    least(coalesce(of_low.parent, edges.low), of_high.parent),
    greatest(coalesce(of_low.parent, edges.low), of_high.parent)
"""


def portable_components(
    execute: Execute,
    nodes: str,
    edges: str,
    out: str,
    *,
    create: str = "create table",
    scratch: str = "components",
) -> int:
    """Write `out` (node, founder): for every node the smallest node of its component.

    Args:
        execute: runs one statement and gives its rows.
        nodes: table with a column node; any integers.
        edges: table with columns a and b, in any order and as often as they like.
        out: table to write; replaced if it is there.
        create: how the engine begins a table from a query.
        scratch: prefix of the tables in between, which are dropped afterwards.

    Returns:
        The number of rounds.
    """
    current = {"nodes": nodes, "edges": edges}
    made = 0

    def make(part: str, query: str) -> None:
        """Put a new table in the place of a part's last one, which the query may still read."""
        nonlocal made
        made += 1
        table = f"{scratch}_{part}_{made}"
        execute(f"drop table if exists {table}")
        execute(f"{create} {table} as {query.format(**current)}")
        drop(part)
        current[part] = table

    def drop(part: str) -> None:
        if current.get(part, "").startswith(f"{scratch}_{part}_"):
            execute(f"drop table {current.pop(part)}")

    def count(query: str) -> int:
        return int(execute(query.format(**current))[0][0])

    make("labels", LABELS)
    make("edges", EDGES)
    rounds = 0
    while count("select count(*) from {edges}"):
        rounds += 1
        make("forest", FOREST)
        while count("select sum(has_moved) from {forest}"):
            make("forest", JUMP)
        make("labels", RELABEL)
        make("edges", CONTRACT)
    execute(f"drop table if exists {out}")
    execute(f"{create} {out} as select node, founder from {current['labels']}")
    for part in ("labels", "edges", "forest"):
        drop(part)
    return rounds
