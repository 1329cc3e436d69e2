"""What a person has: identifiers and ids of rows, and which rows of a relation hold one of them.

temp.erased_traces      kind, value, subject: of an erasure, or of everybody on the list
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from assets.enrich.identity.rules import Rules
from assets.enrich.identity.standardise.registry import standardise
from assets.privacy.erasure.leads import IDENTIFIER, Lead
from assets.raw import sql

TRACES = "temp.erased_traces"
"""One row per kind and value; for an identifier the value is its standard one."""

STANDARD = "temp.erasure_standard"


@dataclass(frozen=True)
class Held:
    """A value that rows of a relation hold and a person has.

    Attributes:
        column: Name of the column in raw.
        by: Value of the column that tells the kind; None where all rows are of one kind.
        value: As the relation writes it, as text.
        clears: Whether only the value goes, and not the row.
    """

    column: str
    by: str | None
    value: str
    clears: bool


def create_traces(con: duckdb.DuckDBPyConnection) -> None:
    """An empty table of traces."""
    con.execute(
        f"create or replace temp table {TRACES.removeprefix('temp.')} (kind varchar, value varchar)"
    ).fetchall()


def add_traces(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """Add the traces (kind, value) of a query that are new; how many these were."""
    rows = con.execute(
        f"insert into {TRACES} select distinct kind, value from ({query}) as more"
        f" where value is not null and (kind, value) not in (select kind, value from {TRACES})"
        " returning 1"
    ).fetchall()
    return len(rows)


def held_values(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    leads: Sequence[Lead],
    rules: Rules,
    region: str,
) -> list[Held]:
    """What rows of a relation hold of the traces: each value once.

    Args:
        con: Has the traces.
        relation: Its columns are called as in raw.
        leads: Of the object.
        rules: Of identity resolution: how an identifier is standardised.
        region: Of phones that give no hint themselves.
    """
    found: list[Held] = []
    for lead in leads:
        column = f"cast({sql.name(lead.column)} as varchar)"
        by = f"cast({sql.name(lead.by)} as varchar)" if lead.by else "cast(null as varchar)"
        rows = con.execute(f"""
            select distinct led.by, led.value
            from (
                select {lead.kinds} as kind, {by} as by, {column} as value
                from {relation}
                where {column} is not null
            ) as led
            inner join ({_values(con, relation, lead, rules, region)}) as had
                on led.kind = had.kind and led.value = had.value
            order by all
        """).fetchall()
        found += [Held(lead.column, by_, value, lead.clears) for by_, value in rows]
    return found


def _values(
    con: duckdb.DuckDBPyConnection, relation: str, lead: Lead, rules: Rules, region: str
) -> str:
    """SQL: kind and value, as the relation writes it, of what the traces name."""
    if not lead.identifiers:
        return f"select kind, value from {TRACES}"
    con.execute(
        "create or replace temp table erasure_standard (kind varchar, value varchar, raw varchar)"
    ).fetchall()
    for identifier_type in lead.identifiers:
        kind = f"{IDENTIFIER}{identifier_type}"
        column = f"cast({sql.name(lead.column)} as varchar)"
        raw: Any = con.execute(
            f"select distinct {column} as raw from {relation}"
            f" where {column} is not null and {lead.kinds} = ?",
            [kind],
        ).to_arrow_table()
        raw = raw.column("raw")
        if len(raw):
            standard = standardise(_standardiser(rules, identifier_type), raw, region)
            con.register("erasure_arrow", standard)
            con.execute(
                f"insert into {STANDARD} select ?, identifier_value, raw_value from erasure_arrow"
                " where is_valid",
                [kind],
            ).fetchall()
            con.unregister("erasure_arrow")
    return (
        f"select standard.kind, standard.raw as value from {STANDARD} as standard"
        f" inner join {TRACES} as traces on traces.kind = standard.kind"
        " and traces.value = standard.value"
    )


def _standardiser(rules: Rules, identifier_type: str) -> str:
    return next(it.standardiser for it in rules.identifiers if it.type == identifier_type)


def known_types(rules: Rules) -> Iterable[str]:
    """Types of identifiers that a contract may name."""
    return [it.type for it in rules.identifiers]
