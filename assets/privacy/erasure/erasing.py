"""What landed copies are compared with while they are written anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from assets.enrich.identity.rules import Rules
from assets.privacy.subject.leads import IDENTIFIER, ROW, Lead, leads, own_kind
from assets.privacy.subject.traces import TRACES, Held, add_traces, held_values
from assets.raw import sql
from assets.raw.contract_model import ObjectContract

LOOKED = "temp.erasure_looked"
HELD = "temp.erasure_held"

REFUSED = "_refused"
"""In place of a column: in a record whose fields have shifted none tells what a value is."""

_PARTS = r"""regexp_split_to_array({}, '[",;|{{}}\[\]\t]+|\\\\t')"""
"""SQL: what stands between quotes and delimiters in the payload of a refused record."""


def compared(looked: Sequence[Lead], obj: ObjectContract | None = None) -> list[str]:
    """Columns that leads look at, and of an object its own number."""
    columns = [it.column for it in looked] + [it.by for it in looked if it.by]
    own = [obj.key[0]] if obj and len(obj.key) == 1 else []
    return list(dict.fromkeys(columns + own))


class RewriteError(Exception):
    """One line: which file could not be written anew; nothing of it was changed."""


def _forget(traces: Sequence[tuple[str, str]]) -> None:
    """Where nobody keeps a list, the traces of the connection are all there is."""


@dataclass(frozen=True)
class Erasing:
    """What all files are compared with.

    Attributes:
        con: Has the traces (subject/traces.py).
        rules: Of identity resolution.
        region: Of phones that give no hint themselves.
        scratch: Folder for files in the clear; the caller removes it.
        referred: Kinds of rows that other rows name: their ids become traces.
        keep: Called with the traces (kind, hash) that came to light meanwhile.
    """

    con: duckdb.DuckDBPyConnection
    rules: Rules
    region: str
    scratch: Path
    referred: frozenset[str] = frozenset()
    keep: Callable[[Sequence[tuple[str, str]]], object] = field(default=_forget)

    def held(self, relation: str, looked: Sequence[Lead]) -> list[Held]:
        """What a relation holds of the traces."""
        return held_values(self.con, relation, looked, self.rules, self.region)

    def mark(self, looked: Sequence[Lead]) -> str | None:
        """Which traces an object is compared with; None where there is none for its leads.

        A copy that was compared with the same ones need not be again.
        """
        named = {kind for lead in looked for kind in lead.named}
        kinds = [f"kind in ({', '.join(map(sql.text, sorted(named)))})"] if named else []
        if any(not lead.named for lead in looked):
            kinds.append(f"starts_with(kind, {sql.text(ROW)})")
        found = self.con.execute(
            "select sha256(string_agg(kind || ':' || hash, ',' order by kind, hash))"
            f" from {TRACES} where {' or '.join(kinds) or 'false'}"
        ).fetchall()[0][0]
        return None if found is None else str(found)[:16]

    def look(
        self, relations: Mapping[str, str], source: str, name: str, obj: ObjectContract
    ) -> list[Held]:
        """What relations of one object hold of the traces, and of those that come to light by it.

        Args:
            relations: SQL of the rows, by the name of each copy.
            source: Source of the object.
            name: Its name.
            obj: Its contract.
        """
        looked = leads(source, obj)
        own = sql.name(obj.key[0]) if len(obj.key) == 1 else "null"
        taken = ", ".join(
            f"cast({it} as varchar) as {it}" for it in map(sql.name, compared(looked))
        )
        query = " union ".join(
            f"select cast({own} as varchar) as _own,"
            f" case when _rule is not null then _payload end as {REFUSED}, {taken}"
            f" from ({relation}) as rows_{number}"
            for number, relation in enumerate(relations.values())
        )
        self.con.execute(f"create or replace temp table erasure_looked as {query}").fetchall()
        kind = own_kind(source, name)
        while True:
            held = self._held_or_refused(looked)
            if kind not in self.referred or not held:
                return held
            found = add_traces(
                self.con,
                f"select {sql.text(kind)} as kind, _own as value from {LOOKED}"
                f" where {self.matching(looked, [it for it in held if it.column != REFUSED])}",
            )
            if not found:
                return held
            self.keep(found)

    def matching(self, looked: Sequence[Lead], held: Sequence[Held], clears: bool = False) -> str:
        """SQL of whether a row of a relation goes, or only loses a value; writes `HELD`."""
        self.con.execute(
            "create or replace temp table erasure_held"
            " (column_name varchar, by_value varchar, value varchar)"
        ).fetchall()
        rows = [(it.column, it.by or "", it.value) for it in held if it.clears == clears]
        if rows:
            self.con.execute(
                f"insert into {HELD} select unnest($1), unnest($2), unnest($3)",
                [list(values) for values in zip(*rows, strict=True)],
            ).fetchall()
        parts = [_matching(it) for it in looked if it.clears == clears]
        refused = sorted(it.value for it in held if it.column == REFUSED)
        if refused and not clears:
            named = ", ".join(map(sql.text, refused))
            parts.append(
                f"(_rule is not null and list_has_any({_PARTS.format('_payload')}, [{named}]))"
            )
        return " or ".join(parts) or "false"

    def still_in(self, relation: str, looked: Sequence[Lead]) -> bool:
        """Whether records of a relation hold a trace, also those whose fields have shifted."""
        columns = ", ".join(map(sql.name, compared(looked)))
        self.con.execute(
            f"create or replace temp table erasure_looked as select _payload as {REFUSED},"
            f" {columns} from ({relation}) as read"
        ).fetchall()
        return bool(self._held_or_refused(looked))

    def _held_or_refused(self, looked: Sequence[Lead]) -> list[Held]:
        return [*self.held(LOOKED, looked), *self._refused()]

    def _refused(self) -> list[Held]:
        """Identifiers that stand anywhere in the refused records of `LOOKED`."""
        self.con.execute(
            "create or replace temp table erasure_refused as"
            f" select distinct unnest({_PARTS.format(REFUSED)}) as {REFUSED}"
            f" from {LOOKED} where {REFUSED} is not null"
        ).fetchall()
        types = [it.type for it in self.rules.identifiers]
        every = [
            Lead(REFUSED, sql.text(f"{IDENTIFIER}{it}"), (it,), False, named=(f"{IDENTIFIER}{it}",))
            for it in types
        ]
        return list(dict.fromkeys(self.held("temp.erasure_refused", every)))


def _matching(lead: Lead) -> str:
    by = f"coalesce(cast({sql.name(lead.by)} as varchar), '')" if lead.by else "''"
    return (
        f"({by}, cast({sql.name(lead.column)} as varchar)) in"
        f" (select by_value, value from {HELD} where column_name = {sql.text(lead.column)})"
    )
