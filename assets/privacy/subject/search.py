"""Looking for a person in relations of any layer, and for others who stand in the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.enrich.identity.rules import Rules
from assets.privacy.subject.leads import IDENTIFIER, ROW, Lead
from assets.privacy.subject.person import CLEAR_TRACES, CUSTOMER, RECORD_NUMBER, Person
from assets.privacy.subject.traces import VALUES, held_values, write_values
from assets.raw import sql

Others = dict[str, frozenset[tuple[str, str]]]
"""By column, pairs of the value of the column that the kind depends on, and the value."""


@dataclass(frozen=True)
class Search:
    """What relations are compared with.

    Attributes:
        con: Has the traces of the person (person.py), and the build as `vault`.
        person: Who is looked for.
        rules: Of identity resolution.
        region: Of phones that give no hint themselves.
        scratch: Folder for files in the clear; the caller removes it.
    """

    con: duckdb.DuckDBPyConnection
    person: Person
    rules: Rules
    region: str
    scratch: Path

    def matching(self, relation: str, leads: Sequence[Lead]) -> str | None:
        """SQL of whether a row of a relation holds a value of the person; None when none does."""
        held = held_values(self.con, relation, leads, self.rules, self.region, CLEAR_TRACES)
        parts = []
        for lead in leads:
            pairs = sorted({(it.by or "", it.value) for it in held if it.column == lead.column})
            if pairs:
                parts.append(f"{written(lead)} in ({', '.join(map(_pair, pairs))})")
        return " or ".join(dict.fromkeys(parts)) or None

    def add_rows(self, kind: str, ids: Sequence[str]) -> int:
        """Let rows of that kind be the person's from here on; how many are new.

        A row that identity resolution gives to another customer stays that customer's.

        Args:
            kind: `row:orders.order_headers`.
            ids: Of rows that are known to be the person's.
        """
        source = sql.text(kind.removeprefix(ROW))
        mine = ", ".join(map(sql.text, self.person.keys))
        rows = self.con.execute(
            f"""
            insert into {CLEAR_TRACES}
            select distinct $kind, value
            from (select unnest($ids::varchar[]) as value) as given
            where ($kind, value) not in (select kind, value from {CLEAR_TRACES})
                and value not in (
                    select source_record_id from vault.identity.customers_map
                    where source = {source} and is_current and customer_key not in ({mine})
                    union all
                    select source_record_id from vault.identity.references_map
                    where source = {source} and customer_key not in ('unknown', {mine})
                )
            returning 1
            """,
            {"kind": kind, "ids": list(ids)},
        ).fetchall()
        return len(rows)

    def others(self, relation: str, leads: Sequence[Lead]) -> Others:
        """Values of a relation that lead to somebody else.

        An identifier does when the live build knows it as others' only: one that nobody has, or
        the person and others, says nothing about them. The id of somebody's record, and a customer
        key, do when they are not the person's.
        """
        own: dict[str, set[tuple[str, str]]] = {}
        found: dict[str, set[tuple[str, str]]] = {}
        for lead in leads:
            write_values(self.con, relation, lead, self.rules, self.region)
            rows = self.con.execute(f"""
                select
                    coalesce(by_value, ''),
                    value,
                    (kind, standard) in (select kind, value from {CLEAR_TRACES})
                    or (kind, standard) in (select kind, value from temp.erasure_identifiers)
                        as is_own
                from {VALUES}
                where standard is not null
                    and (
                        is_own
                        or kind in ('{CUSTOMER}', '{ROW}{RECORD_NUMBER}')
                        or kind in (
                            select '{ROW}' || source from vault.identity.customers_map
                        )
                        or (kind, standard) in (
                            select '{IDENTIFIER}' || identifier_type, identifier_value
                            from vault.identity.identifiers where is_valid
                        )
                    )
            """).fetchall()
            for by, value, is_own in rows:
                (own if is_own else found).setdefault(lead.column, set()).add((by, value))
        # A column may lead to objects of two kinds: one that is the person's is enough.
        left = {column: pairs - own.get(column, set()) for column, pairs in found.items()}
        return {column: frozenset(pairs) for column, pairs in left.items() if pairs}


def written(lead: Lead) -> str:
    """SQL of the pair by which a row's value is compared: that of `by`, and the value itself."""
    by = f"coalesce(cast({sql.name(lead.by)} as varchar), '')" if lead.by else "''"
    return f"({by}, cast({sql.name(lead.column)} as varchar))"


def _pair(pair: tuple[str, str]) -> str:
    return f"({sql.text(pair[0])}, {sql.text(pair[1])})"
