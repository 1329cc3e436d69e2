"""The tables of a build, and which of their rows are the subject's.

What a column leads to stands in one place each: for raw and quarantine in the contract, for tables
of dbt in the meta of the column (identifier, person, part_of, on_erasure, as in a contract), and
for tables that Python writes in its name. A table whose meta says `on_erasure: emptied` has one row
for many people and is only read by the stage that makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from assets.enrich.identity.rules import Rules
from assets.privacy.subject.leads import ROW, Lead, Leading, leads, leads_of, own_kind
from assets.privacy.subject.person import CLEAR_TRACES, CUSTOMER, RECORD_NUMBER
from assets.privacy.subject.refused import SHIFTED, naming
from assets.privacy.subject.traces import held_values
from assets.raw import sql
from assets.raw.contract_model import ObjectContract, SourceContract

CUSTOMER_COLUMN = re.compile(r"(?!shop_)(\w+_)?customer_key(_[ab]|_before)?")
RECORD_COLUMN = re.compile(r"source_record_id(_[ab])?")
GATE = "gate"
"""What the gates look up, made anew by each: names and addresses of everybody."""

Named = tuple[str, str, str]
"""Catalog, schema and name of a table."""


@dataclass(frozen=True)
class Table:
    """A table of a build, and the columns that tell whose its rows are.

    Attributes:
        catalog: Its database, as attached.
        schema: Its schema.
        name: Its name.
        leads: What tells it.
        payload: Titles by column, where values stand in a JSON text `payload` instead.
        owns: Kind of its own ids and their column, where rows of other tables name them.
        is_emptied: Whether it is scratch of a stage that has no rows to keep.
    """

    catalog: str
    schema: str
    name: str
    leads: tuple[Lead, ...] = ()
    payload: tuple[tuple[str, str], ...] = ()
    owns: tuple[str, str] | None = None
    is_emptied: bool = False

    @property
    def sql(self) -> str:
        """Its qualified name."""
        return ".".join(map(sql.name, (self.catalog, self.schema, self.name)))

    @property
    def relation(self) -> str:
        """SQL of its rows, with `rowid`, whose columns are called as the leads call them."""
        if not self.payload:
            return self.sql
        taken = ", ".join(
            f"{from_payload(title)} as {sql.name(column)}" for column, title in self.payload
        )
        return f"(select rowid, {taken} from {self.sql}) as taken"


def tables_of(
    con: duckdb.DuckDBPyConnection,
    manifest: Mapping[str, Any],
    contracts: Sequence[SourceContract],
    catalogs: Mapping[str, str],
) -> list[Table]:
    """Every table of a build, in the order of its names.

    Args:
        con: Has the build's databases attached.
        manifest: dbt's, for what its columns lead to.
        contracts: For raw and quarantine.
        catalogs: As what `vault` and `warehouse` are attached.
    """
    delivered = {
        f"{contract.source}__{name}": (contract.source, name, obj)
        for contract in contracts
        for name, obj in contract.objects.items()
    }
    said = dict(_said_by_dbt(manifest))
    emptied = _emptied_by_dbt(manifest)
    found = []
    for catalog, attached in sorted(catalogs.items()):
        for schema, name, columns in _columns_of_tables(con, attached):
            if schema in ("raw", "quarantine") and name in delivered:
                found.append(_delivered(attached, schema, name, *delivered[name]))
            elif schema == GATE or (catalog, schema, name) in emptied:
                found.append(Table(attached, schema, name, (), is_emptied=True))
            else:
                written = [lead for column in columns for lead in _by_name(column, columns)]
                known = said.get((catalog, schema, name), [])
                spoken = {lead.column for lead in known}
                leading = [*known, *(lead for lead in written if lead.column not in spoken)]
                found.append(Table(attached, schema, name, tuple(leading)))
    return _owning(found)


def add_rows_named_by_others(
    con: duckdb.DuckDBPyConnection, tables: Sequence[Table], rules: Rules, region: str
) -> None:
    """Add to `CLEAR_TRACES` the ids of the subject's rows that other tables name.

    An order's lines are found by the order: its number has to be known before they are looked for.
    """
    owning = [table for table in tables if table.owns]
    grew = True
    while grew:
        before = _count(con)
        for table in owning:
            rows = rows_of_subject(con, table, rules, region)
            kind, column = table.owns or ("", "")
            if rows:
                con.execute(
                    f"insert into {CLEAR_TRACES}"
                    f" select distinct {sql.text(kind)}, cast({sql.name(column)} as varchar)"
                    f" from {table.relation} where rowid in ({rows})"
                    f" and ({sql.text(kind)}, cast({sql.name(column)} as varchar))"
                    f" not in (select kind, value from {CLEAR_TRACES})"
                ).fetchall()
        grew = _count(con) > before


def rows_of_subject(
    con: duckdb.DuckDBPyConnection, table: Table, rules: Rules, region: str
) -> str | None:
    """SQL of the rowids that are the subject's; None where no column tells.

    Needs `CLEAR_TRACES`. Rows of which only a value is theirs are not among them.
    """
    parts = [
        f"select rowid from {table.relation} where {matching(con, table, lead, rules, region)}"
        for lead in table.leads
        if not lead.clears
    ]
    named = naming(con, SHIFTED) if table.payload else None
    if named:
        parts.append(f"select rowid from {table.sql} where {named}")
    return " union ".join(parts) or None


def matching(
    con: duckdb.DuckDBPyConnection, table: Table, lead: Lead, rules: Rules, region: str
) -> str:
    """SQL of whether a row's value of the lead is the subject's."""
    value = f"cast({sql.name(lead.column)} as varchar)"
    if not lead.identifiers:
        return f"({lead.kinds}, {value}) in (select kind, value from {CLEAR_TRACES})"
    held = held_values(con, table.relation, [lead], rules, region, CLEAR_TRACES)
    if not held:
        return "false"
    by = f"cast({sql.name(lead.by)} as varchar)" if lead.by else "cast(null as varchar)"
    listed = ", ".join(sorted({_pair(it.by, it.value) for it in held}))
    return f"(coalesce({by}, ''), {value}) in ({listed})"


def _pair(by: str | None, value: str) -> str:
    return f"({sql.text(by or '')}, {sql.text(value)})"


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute(f"select count(*) from {CLEAR_TRACES}").fetchall()[0][0])


def _delivered(
    catalog: str, schema: str, table: str, source: str, name: str, obj: ObjectContract
) -> Table:
    looked = tuple(leads(source, obj))
    if schema == "quarantine":
        # One value in a text cannot be emptied: the row goes, and comes again with the next load.
        whole = tuple(replace(lead, clears=False) for lead in looked)
        titles = tuple((column.name, column.title) for column in obj.columns)
        return Table(catalog, schema, table, whole, payload=titles if looked else ())
    owns = (own_kind(source, name), obj.key[0]) if len(obj.key) == 1 else None
    return Table(catalog, schema, table, looked, owns=owns)


def _owning(tables: Sequence[Table]) -> list[Table]:
    """Let those tables own ids that others name; a table of the warehouse is named by schema."""
    named = {
        (kind.removeprefix(ROW), lead.column)
        for table in tables
        for lead in table.leads
        for kind in lead.named
    }
    kinds = {kind for kind, _ in named}
    columns = dict(sorted(named))
    found = []
    for table in tables:
        place = f"{table.schema}.{table.name}"
        owns = table.owns if table.owns and table.owns[0].removeprefix(ROW) in kinds else None
        if owns is None and place in kinds:
            owns = (f"{ROW}{place}", columns[place])
        found.append(replace(table, owns=owns))
    return found


def _by_name(column: str, columns: Sequence[str]) -> Iterator[Lead]:
    if CUSTOMER_COLUMN.fullmatch(column):
        yield Lead(column, sql.text(CUSTOMER), (), clears=False, named=(CUSTOMER,))
    record = RECORD_COLUMN.fullmatch(column)
    source = f"source{record[1] or ''}" if record else ""
    if record and source in columns:
        yield Lead(column, f"{sql.text(ROW)} || {sql.name(source)}", (), clears=False, by=source)
    if column == RECORD_NUMBER:
        kind = f"{ROW}{RECORD_NUMBER}"
        yield Lead(column, sql.text(kind), (), clears=False, named=(kind,))


def _said_by_dbt(manifest: Mapping[str, Any]) -> Iterator[tuple[Named, list[Lead]]]:
    nodes = [*manifest["nodes"].values(), *manifest.get("sources", {}).values()]
    for node in nodes:
        if node["resource_type"] not in ("model", "source"):
            continue
        name = node.get("alias") or node.get("identifier") or node["name"]
        found: list[Lead] = []
        for column in node.get("columns", {}).values():
            meta = column.get("config", {}).get("meta", {})
            leading = Leading(
                column["name"],
                meta.get("identifier"),
                meta.get("person"),
                meta.get("part_of"),
                meta.get("on_erasure", "row"),
            )
            found += leads_of(None, leading)
        if found:
            yield (node["database"], node["schema"], name), found


def _emptied_by_dbt(manifest: Mapping[str, Any]) -> set[Named]:
    """Tables of names and texts of many people, which only their own stage reads."""
    nodes = [*manifest["nodes"].values(), *manifest.get("sources", {}).values()]
    return {
        (node["database"], node["schema"], node.get("alias") or node["identifier"])
        for node in nodes
        if node["config"].get("meta", {}).get("on_erasure") == "emptied"
    }


def _columns_of_tables(
    con: duckdb.DuckDBPyConnection, catalog: str
) -> Iterator[tuple[str, str, list[str]]]:
    yield from con.execute(
        "select columns.schema_name, columns.table_name,"
        " list(columns.column_name order by columns.column_index)"
        " from duckdb_columns() as columns"
        " inner join duckdb_tables() as tables"
        "  using (database_name, schema_name, table_name)"
        " where columns.database_name = ? and not tables.internal and not tables.temporary"
        " group by all order by all",
        [catalog],
    ).fetchall()


def from_payload(title: str) -> str:
    """SQL of a title such as `address.city` in the payload, as a load reads it."""
    whole = sql.text(f'$."{title}"')
    path = sql.text("$." + ".".join(f'"{part}"' for part in title.split(".")))
    return f"coalesce(json_extract_string(payload, {whole}), json_extract_string(payload, {path}))"
