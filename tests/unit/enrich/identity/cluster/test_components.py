from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.enrich.identity.cluster.components import smallest_member
from assets.enrich.identity.cluster.interface import ClusterInputError, Method, cluster
from assets.enrich.identity.cluster.portable import portable_components

Edges = list[tuple[int, int]]

KEYWORDS = """
    create table as select from where group by inner left join on and least greatest min sum count
    coalesce case when is null then else end drop if exists
"""
NAMES = """
    node nodes edges low high a b parent here above has_moved founder found labels forest of_low
    of_high identity_nodes identity_accepted
"""


def union_find(node_count: int, edges: Edges) -> list[int]:
    """The judge: written for the eye, sharing nothing with the code."""
    parent = list(range(node_count))

    def root(node: int) -> int:
        while parent[node] != node:
            node = parent[node]
        return node

    for a, b in edges:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return [root(node) for node in range(node_count)]


def with_arrays(node_count: int, edges: Edges) -> list[int]:
    left, right = (np.array([edge[i] for edge in edges], dtype=np.int64) for i in (0, 1))
    return smallest_member(node_count, left, right).tolist()


def connection(node_count: int, edges: Edges) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    con.execute(
        f"create temp table identity_nodes as select range::integer as node "
        f"from range({node_count})"
    ).fetchall()
    con.execute(
        "create temp table identity_accepted as select unnest($a)::integer as a, "
        "unnest($b)::integer as b",
        {"a": [a for a, _ in edges], "b": [b for _, b in edges]},
    ).fetchall()
    return con


def through_tables(node_count: int, edges: Edges, method: Method) -> list[int]:
    with connection(node_count, edges) as con:
        cluster(con, method)
        rows = con.execute("select node, founder from identity_clusters order by node").fetchall()
        left_over = con.execute(
            "select table_name from duckdb_tables() where table_name like '%components%'"
        ).fetchall()
    assert [node for node, _ in rows] == list(range(node_count))
    assert left_over == []
    return [founder for _, founder in rows]


@st.composite
def small_graphs(draw: st.DrawFn) -> tuple[int, Edges]:
    node_count = draw(st.integers(1, 30))
    node = st.integers(0, node_count - 1)
    return node_count, draw(st.lists(st.tuples(node, node), max_size=60))


@st.composite
def graphs_with_chains(draw: st.DrawFn) -> tuple[int, Edges]:
    """Chains of 1,000 and more, numbered up, down or at random, and what may tie them together."""
    order = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    edges: Edges = []
    node_count = 0
    for _ in range(draw(st.integers(1, 3))):
        length = draw(st.integers(1_000, 1_500))
        chain = np.arange(node_count, node_count + length)
        kind = draw(st.sampled_from(["up", "shuffled", "zigzag"]))
        if kind == "shuffled":
            order.shuffle(chain)
        if kind == "zigzag":
            chain[1::2] = chain[1::2][::-1].copy()
        edges += zip(chain[:-1].tolist(), chain[1:].tolist(), strict=True)
        node_count += length
    node_count += draw(st.integers(0, 50))
    node = st.integers(0, node_count - 1)
    edges += draw(st.lists(st.tuples(node, node), max_size=20))
    order.shuffle(edges)
    return node_count, edges


@settings(deadline=None, max_examples=300)
@given(small_graphs())
def test_components_equal_those_of_union_find(graph: tuple[int, Edges]) -> None:
    assert with_arrays(*graph) == union_find(*graph)


@settings(deadline=None, max_examples=60)
@given(small_graphs())
def test_both_methods_equal_union_find(graph: tuple[int, Edges]) -> None:
    expected = union_find(*graph)
    assert through_tables(*graph, "array") == expected
    assert through_tables(*graph, "portable") == expected


@settings(deadline=None, max_examples=15)
@given(graphs_with_chains())
def test_both_methods_equal_union_find_on_long_chains(graph: tuple[int, Edges]) -> None:
    expected = union_find(*graph)
    assert through_tables(*graph, "array") == expected
    assert through_tables(*graph, "portable") == expected


@pytest.mark.parametrize("order", ["up", "shuffled"])
def test_a_chain_of_a_hundred_thousand_takes_few_rounds(order: str) -> None:
    length = 100_000
    chain = np.arange(length)
    if order == "shuffled":
        np.random.default_rng(7).shuffle(chain)
    assert not smallest_member(length, chain[:-1], chain[1:]).any()
    statements: list[str] = []
    with duckdb.connect() as con:

        def execute(statement: str) -> list[tuple]:
            statements.append(statement)
            return con.execute(statement).fetchall()

        places = {"places": chain.tolist()}
        con.execute("create table nodes as select unnest($places) as node", places).fetchall()
        con.execute(
            """
            create table edges as
            select a, b from (
                select node as a, lead(node) over (order by place) as b
                from (select node, row_number() over () as place from nodes)
            ) where b is not null
            """
        ).fetchall()
        rounds = portable_components(execute, "nodes", "edges", "found")
        found = con.execute("select count(*), max(founder) from found").fetchall()
    assert found == [(length, 0)]
    # A random chain loses two roots of three in a round; one that is in order takes one round.
    assert rounds <= 12
    assert sum("as has_moved" in statement for statement in statements) <= 80


def test_the_portable_statements_are_plain_sql() -> None:
    statements: list[str] = []
    with connection(4, [(0, 1), (2, 1), (3, 3)]) as con:

        def execute(statement: str) -> list[tuple]:
            statements.append(statement)
            return con.execute(statement).fetchall()

        portable_components(execute, "identity_nodes", "identity_accepted", "found")
        portable_components(execute, "identity_nodes", "identity_accepted", "found")
        assert con.execute("select * from found order by node").fetchall() == [
            (0, 0),
            (1, 0),
            (2, 0),
            (3, 3),
        ]
    known = set(f"{KEYWORDS} {NAMES}".split())
    for statement in statements:
        for sign in "(),.=<>*":
            statement = statement.replace(sign, " ")
        words = {word for word in statement.split() if not word.isdigit()}
        strange = {word for word in words - known if not word.startswith("components_")}
        assert strange == set()


@pytest.mark.parametrize("method", ["array", "portable"])
def test_no_nodes_and_no_edges(method: Method) -> None:
    assert with_arrays(0, []) == []
    assert with_arrays(3, []) == [0, 1, 2]
    assert through_tables(0, [], method) == []
    assert through_tables(3, [], method) == [0, 1, 2]


@pytest.mark.parametrize("method", ["array", "portable"])
def test_an_edge_given_many_times_counts_once(method: Method) -> None:
    # 256 and more equal edges once summed to zero in a small integer type.
    assert with_arrays(2, [(0, 1)] * 1024) == [0, 0]
    assert through_tables(2, [(0, 1), (1, 0), (0, 0)] * 512, method) == [0, 0]


@pytest.fixture(params=[(0, 3), (-1, 0), (0, None)])
def stray(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    with connection(3, [request.param]) as con:
        yield con


@pytest.mark.parametrize("method", ["array", "portable"])
def test_a_link_to_no_node_is_refused(stray: duckdb.DuckDBPyConnection, method: Method) -> None:
    with pytest.raises(ClusterInputError, match="1 links with an end outside the 3 nodes"):
        cluster(stray, method)


def test_an_unknown_method_is_refused() -> None:
    with connection(1, []) as con, pytest.raises(ValueError, match="known: array, portable"):
        cluster(con, "magic")  # type: ignore[arg-type]


def test_clusters_are_made_without_loading_pandas() -> None:
    code = """
import sys, duckdb
from assets.enrich.identity.cluster.interface import cluster
con = duckdb.connect()
con.execute("create temp table identity_nodes as select range as node from range(9)").fetchall()
con.execute("create temp table identity_accepted as select 1 as a, 2 as b").fetchall()
cluster(con)
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
