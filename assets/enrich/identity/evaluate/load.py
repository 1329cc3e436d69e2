"""CSV files of people into one wide relation. Messages name files and columns, never a value."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.evaluate.csv_files import read_csv, read_header
from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.evaluate.mapping import Mapping, SourceMapping

if TYPE_CHECKING:
    import duckdb

PEOPLE = "eval_people"

_TIMES = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
"""How a first_seen may be written beside ISO 8601; year first, since 03/04 could be either."""


@dataclass(frozen=True)
class Loaded:
    """What was read of one source.

    Attributes:
        records: number of its records.
        unread_dates: records whose first_seen holds something that is no date or time.
    """

    records: int
    unread_dates: int


def load_people(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, folder: Path
) -> dict[str, Loaded]:
    """Make temp view `eval_people` of all sources; give what was read of each.

    Raises:
        EvaluationError: a file or column is missing, a file is not sound CSV, or its ids are empty
            or come twice.
    """
    loaded: dict[str, Loaded] = {}
    parts = []
    for number, (name, source) in enumerate(mapping.sources.items()):
        loaded[name] = _load_source(con, number, name, source, folder)
        parts.append(f"select * from eval_source_{number}")
    union = " union all by name ".join(parts)
    con.execute(f"create or replace temp view {PEOPLE} as {union}").fetchall()
    return loaded


def _load_source(
    con: duckdb.DuckDBPyConnection, number: int, name: str, source: SourceMapping, folder: Path
) -> Loaded:
    path = folder / source.file
    what = f"source {name}"
    places = _Places(path, what, read_header(path, source.delimiter, what))
    record_id = places.of(source.id)
    seen = places.of(source.first_seen) if source.first_seen else "null"
    values = [
        f"nullif(trim({places.of(column)}), '') as {kind if nth == 1 else f'{kind}_{nth}'}"
        for kind, columns in source.columns.items()
        for nth, column in enumerate(columns, 1)
    ]
    times = ", ".join(f"'{form}'" for form in _TIMES)
    table = f"eval_source_{number}"
    con.register(
        "eval_csv", read_csv(path, source.delimiter, len(places.header), places.used, what)
    )
    con.execute(
        f"""
        create or replace temp table {table} as
        select
            $source as source,
            {record_id} as source_record_id,
            coalesce(
                try_cast({seen} as timestamp), try_strptime(trim({seen}), [{times}])
            ) as first_seen_at,
            null::timestamp as observed_at,
            true as is_linkable,
            trim({seen}) <> '' and first_seen_at is null as has_unread_date,
            {", ".join(values)}
        from eval_csv
        """,
        {"source": name},
    ).fetchall()
    con.unregister("eval_csv")
    [(rows, empty, ids, unread)] = con.execute(
        f"""
        select
            count(*),
            count(*) filter (trim(source_record_id) = ''),
            count(distinct source_record_id),
            count(*) filter (has_unread_date)
        from {table}
        """
    ).fetchall()
    where = f"{path} ({what}): column {source.id!r}"
    if empty:
        raise EvaluationError(
            f"{where}: {empty} of {rows} records have no id; every record needs one"
        )
    if ids < rows:
        [(doubles,)] = con.execute(
            f"""
            select count(*)
            from (select 1 from {table} group by source_record_id having count(*) > 1)
            """
        ).fetchall()
        raise EvaluationError(
            f"{where}: {doubles} ids come more than once ({rows} records, {ids} different ids); "
            "name a column that is unique, or keep one line of each record"
        )
    con.execute(f"alter table {table} drop column has_unread_date").fetchall()
    return Loaded(rows, unread)


class _Places:
    """Where the columns of a file are, by name; remembers which were asked for."""

    def __init__(self, path: Path, what: str, header: list[str]) -> None:
        self.path = path
        self.what = what
        self.header = header
        self.used: set[int] = set()

    def of(self, column: str) -> str:
        """The SQL name of a column."""
        found = [place for place, name in enumerate(self.header) if name == column.strip()]
        where = f"{self.path} ({self.what}): column {column!r}"
        if len(found) > 1:
            raise EvaluationError(f"{where} is there {len(found)} times; rename all but one")
        if not found:
            near = get_close_matches(column, self.header, n=1, cutoff=0.7)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise EvaluationError(
                f"{where} is not among the {len(self.header)} of its first line; {hint}"
                "mend the mapping, or the delimiter if all of the line became one column"
            )
        self.used.add(found[0])
        return f"c{found[0]}"
