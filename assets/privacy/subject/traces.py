"""What a person has, as keyed hashes, and which values of a relation are theirs.

    temp.erased_traces      kind, hash: of an erasure, or of everybody on the suppression list
    temp.pads               what keyed hashes are made with: one row

Values are compared as keyed hashes always: the list that keeps people away must not name them, and
there is one way of comparing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from assets.enrich.identity.keys.hashes import keyed_hash
from assets.enrich.identity.rules import Rules
from assets.enrich.identity.standardise.phone_digits import may_be_phone
from assets.enrich.identity.standardise.registry import standardise
from assets.privacy.subject.leads import IDENTIFIER, Lead
from assets.raw import sql
from assets.raw.pseudonyms import pads

TRACES = "temp.erased_traces"
VALUES = "temp.erasure_values"
KNOWN = "temp.erasure_known"
"""Standard values by what was written, so that none is worked out for each column anew."""


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


def create_traces(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """An empty table of traces, to be hashed under a key: that of the suppression list."""
    con.execute(
        "create or replace temp table erased_traces (kind varchar, hash varchar)"
    ).fetchall()
    con.execute(
        "create or replace temp table pads as select $1::blob as ipad, $2::blob as opad",
        list(pads(key)),
    ).fetchall()


def add_hashes(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    """Add the traces (kind, hash) of a query; those that are new."""
    return con.execute(
        f"insert into {TRACES} select distinct kind, hash from ({query}) as more"
        f" where hash is not null and (kind, hash) not in (select kind, hash from {TRACES})"
        " returning kind, hash"
    ).fetchall()


def add_traces(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    """Add the traces of a query of kind and value (of identifiers, the standard one)."""
    hashed = keyed_hash("kind || ':' || value")
    return add_hashes(
        con,
        f"select kind, {hashed} as hash from ({query}) as had, temp.pads as pads"
        " where value is not null",
    )


def held_values(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    leads: Sequence[Lead],
    rules: Rules,
    region: str,
    clear: str | None = None,
) -> list[Held]:
    """What rows of a relation hold of the traces: each value once.

    Args:
        con: Has the traces.
        relation: Its columns are called as in raw.
        leads: Of the object.
        rules: Of identity resolution: how an identifier is standardised.
        region: Of phones that give no hint themselves.
        clear: A table of traces in the clear (kind, value) to compare with instead.
    """
    found: list[Held] = []
    hashed = keyed_hash("kind || ':' || standard")
    compared = (
        f"(kind, standard) in (select kind, value from {clear})"
        if clear
        else f"(kind, {hashed}) in (select kind, hash from {TRACES})"
    )
    pads = "" if clear else ", temp.pads as pads"
    for lead in leads:
        wanted = _wanted(con, lead, rules, clear) if clear else "true"
        if wanted == "false":
            continue
        write_values(con, relation, lead, rules, region, wanted)
        rows = con.execute(
            f"select distinct by_value, value from {VALUES} as written{pads}"
            f" where standard is not null and {compared}"
            " order by all"
        ).fetchall()
        found += [Held(lead.column, by, value, lead.clears) for by, value in rows]
    return found


def write_values(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    lead: Lead,
    rules: Rules,
    region: str,
    wanted: str = "true",
) -> None:
    """Write `temp.erasure_values`: each different value of a lead, with its standard one.

    It has the columns kind, by_value, value and standard (null where the value is not valid).

    Args:
        con: Any.
        relation: Its columns are called as in raw.
        lead: Of the object.
        rules: Of identity resolution.
        region: Of phones that give no hint themselves.
        wanted: SQL over kind and value of those that are needed.
    """
    column = f"cast({sql.name(lead.column)} as varchar)"
    by = f"cast({sql.name(lead.by)} as varchar)" if lead.by else "cast(null as varchar)"
    con.execute(f"""
        create or replace temp table erasure_values as
        select distinct *
        from (
            select
                {lead.kinds} as kind,
                {by} as by_value,
                {column} as value,
                {"cast(null as varchar)" if lead.identifiers else column} as standard
            from {relation}
        ) as looked
        where value is not null and kind is not null and {wanted}
    """).fetchall()
    for identifier_type in lead.identifiers:
        _standardise(con, identifier_type, rules, region)
    if lead.identifiers:
        con.execute(
            f"update {VALUES} set standard = known.standard from {KNOWN} as known"
            f" where {VALUES}.kind = known.kind and {VALUES}.value = known.value"
        ).fetchall()


def _wanted(con: duckdb.DuckDBPyConnection, lead: Lead, rules: Rules, clear: str) -> str:
    """SQL of which values may be the person's, as far as that is cheaper than to look closely."""
    if not lead.named:
        return "true"
    theirs = con.execute(
        f"select kind, value from {clear} where list_contains($1, kind) order by all",
        [list(lead.named)],
    ).fetchall()
    phones = {f"{IDENTIFIER}{it.type}" for it in rules.identifiers if it.standardiser == "phone"}
    numbers = [value for kind, value in theirs if kind in phones]
    if not theirs:
        return "false"
    if not phones & set(lead.named):
        return "true"
    listed = ", ".join(map(sql.text, sorted(phones)))
    return f"(kind not in ({listed}) or {may_be_phone('value', numbers)})"


def _standardise(
    con: duckdb.DuckDBPyConnection, identifier_type: str, rules: Rules, region: str
) -> None:
    """Add the values of `VALUES` to `KNOWN`; each is standardised once in a connection."""
    con.execute(
        "create temp table if not exists erasure_known"
        " (kind varchar, value varchar, standard varchar)"
    ).fetchall()
    kind = f"{IDENTIFIER}{identifier_type}"
    raw: Any = con.sql(
        f"select distinct value from {VALUES} where kind = $kind"
        f" and value not in (select value from {KNOWN} where kind = $kind)",
        params={"kind": kind},
    ).to_arrow_table()
    if not len(raw):
        return
    standardiser = next(it.standardiser for it in rules.identifiers if it.type == identifier_type)
    con.register(
        "erasure_standard", standardise(standardiser, raw.column("value").combine_chunks(), region)
    )
    con.execute(
        f"insert into {KNOWN} select ?, raw_value, case when is_valid then identifier_value end"
        " from erasure_standard",
        [kind],
    ).fetchall()
    con.unregister("erasure_standard")
