"""Scores keys against the truth by counting, never by listing pairs.

evaluate(folder, keys_parquet) -> {"precision": …, "recall": …, "f1": …, …}
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def evaluate(folder: Path, keys: Path) -> dict[str, Any]:
    """Figures of one night; `keys` is Parquet with source, source_record_id and customer_key."""
    import duckdb

    with duckdb.connect() as con:
        return _evaluate(con, Path(folder), Path(keys))


def _evaluate(con: DuckDBPyConnection, folder: Path, keys: Path) -> dict[str, Any]:
    known = json.loads((folder / "facts.json").read_text())
    across = known.get("pairs") == "across_sources"
    truth, traps, apart = (folder / name for name in ("truth.csv", "traps.csv", "do_not_link.csv"))
    con.execute(f"""
        create table keys as
        select source, cast(source_record_id as varchar) as source_record_id, customer_key
        from read_parquet('{keys}')
    """).fetchall()
    con.execute(f"""
        create table scored as
        select
            source, source_record_id, person_id,
            coalesce(customer_key, 'none:' || source || ':' || source_record_id) as customer_key
        from read_csv('{truth}', header = true, all_varchar = true)
        left join keys using (source, source_record_id)
    """).fetchall()
    twice, missing = _row(
        con,
        """
        select
            (select count(*) - count(distinct (source, source_record_id)) from scored),
            (select count_if(customer_key like 'none:%') from scored)
    """,
    )
    if twice:
        raise ValueError(f"{twice} records have more than one key")
    right = _pairs(con, "customer_key, person_id", across)
    found, there = _pairs(con, "customer_key", across), _pairs(con, "person_id", across)
    precision, recall = right / max(found, 1), right / max(there, 1)
    clusters, largest = _row(
        con,
        """
        select count(*), max(members)
        from (select count(*) as members from scored group by customer_key)
    """,
    )
    figures: dict[str, Any] = {
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 5),
        "true_pairs": there,
        "found_pairs": found,
        "right_pairs": right,
        "clusters": clusters,
        "largest_cluster": largest,
        "records_without_key": missing,
    }
    if "reachable_share" in known:
        figures["reachable_share"] = known["reachable_share"]
    if traps.exists():
        kinds = _joined(con, traps, "kind")
        total, wrong = (sum(kind[place] for kind in kinds.values()) for place in (0, 1))
        figures |= {
            "trap_pairs": total,
            "trap_wrong": wrong,
            "trap_share": round(wrong / max(total, 1), 5),
            "traps_by_kind": {
                kind: {"pairs": pairs, "wrong": bad, "share": round(bad / pairs, 5)}
                for kind, (pairs, bad) in sorted(kinds.items())
            },
        }
    if apart.exists():
        figures["do_not_link_violations"] = _joined(con, apart, "'all'").get("all", (0, 0))[1]
    return figures


def _row(con: DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return tuple(con.execute(sql).fetchall()[0])


def _pairs(con: DuckDBPyConnection, columns: str, across: bool) -> int:
    """Pairs of records in the same group; with `across`, of different sources only."""
    inside = _row(
        con,
        f"""
        select coalesce(sum(n * (n - 1) // 2), 0)
        from (select count(*)::hugeint as n from scored group by {columns})
    """,
    )[0]
    if not across:
        return int(inside)
    return int(inside) - _pairs(con, f"{columns}, source", False)


def _joined(con: DuckDBPyConnection, pairs: Path, kind: str) -> dict[str, tuple[int, int]]:
    """Per kind: pairs of the list whose records are both there, and those under one key."""
    rows = con.execute(f"""
        select {kind}, count(*), count_if(a.customer_key = b.customer_key)
        from read_csv('{pairs}', header = true, all_varchar = true) as listed
        join scored as a
            on a.source = listed.source_a and a.source_record_id = listed.source_record_id_a
        join scored as b
            on b.source = listed.source_b and b.source_record_id = listed.source_record_id_b
        group by all
    """).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}
