"""The person's rows in the two databases of a build, table by table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assets.privacy.export.known import Known, Named, undeclared
from assets.privacy.export.model import Group, Record
from assets.privacy.export.rows import Row, Staff, decoded, rows_of, shown, without_others
from assets.privacy.export.values import sort_key
from assets.privacy.subject.refused import SHIFTED, naming
from assets.privacy.subject.search import Search
from assets.privacy.subject.tables import Table
from assets.raw import sql


def build_groups(
    search: Search, tables: Sequence[Table], known: Mapping[Named, Known], staff: Staff
) -> list[Group]:
    """The person's rows of every table whose columns tell whose its rows are.

    Args:
        search: Who is looked for; rows that others name are among the traces.
        tables: Of the build.
        known: What the catalogue says of them.
        staff: People who work here.
    """
    groups = []
    for table in tables:
        if not table.leads:
            continue
        said = known.get((table.catalog, table.schema, table.name)) or undeclared(table.schema)
        groups.append(
            Group(
                layer=table.catalog,
                name=f"{table.catalog}.{table.schema}.{table.name}",
                description=said.description,
                purposes=said.purposes,
                retention=said.retention,
                columns=said.columns,
                records=tuple(_records(search, table, staff)),
                published_as=said.published_as,
                readers=said.readers,
            )
        )
    return groups


def _records(search: Search, table: Table, staff: Staff) -> list[Record]:
    if table.payload:
        records = _refused(search, table, staff)
    else:
        rows = rows_of(search, table.sql, table.leads)
        records = [Record(shown(row, staff)) for row in rows]
    return sorted(records, key=lambda it: sort_key(it.values))


def _refused(search: Search, table: Table, staff: Staff) -> list[Record]:
    """Rows of quarantine: what tells whose they are stands inside a JSON text."""
    names = ", ".join(sql.name(column) for column, _ in table.payload)
    relation = f"(select rowid as _row, {names} from {table.relation}) as taken"
    found = {row.values["_row"]: row for row in rows_of(search, relation, table.leads, "_row")}
    # Where fields have shifted, or the line is no JSON, no column tells whose a row is.
    named = naming(search.con, SHIFTED) or "false"
    cursor = search.con.execute(
        f"select rowid, * from {table.sql}"
        f" where rowid in (select unnest(?::bigint[])) or {named} order by rowid",
        [list(found)],
    )
    columns = [it[0] for it in cursor.description or ()][1:]
    nobody = Row({}, frozenset())
    return [
        Record(
            _with_payload(
                dict(zip(columns, rest, strict=True)), found.get(row, nobody), table, staff
            )
        )
        for row, *rest in cursor.fetchall()
    ]


def _with_payload(values: dict[str, Any], row: Row, table: Table, staff: Staff) -> dict[str, Any]:
    payload = decoded(values["payload"])
    if isinstance(payload, dict):
        titles = [title for column, title in table.payload if column in row.others]
        values["payload"] = without_others(payload, titles, staff)
    return values
