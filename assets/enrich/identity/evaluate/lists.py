"""A steward's lists: pairs of records that must not be one, and pairs that are."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.evaluate.csv_files import NOT_UTF8, read_header
from assets.enrich.identity.evaluate.errors import EvaluationError, some
from assets.enrich.identity.evaluate.load import PEOPLE
from assets.enrich.identity.evaluate.mapping import Mapping

if TYPE_CHECKING:
    import duckdb

DECISIONS = "eval_decisions"
COLUMNS = ("source_a", "source_record_id_a", "source_b", "source_record_id_b")


@dataclass(frozen=True)
class ListCounts:
    """What a steward's list holds.

    Attributes:
        pairs: all pairs of the list.
        gone: pairs without effect, because a record of an earlier night has left.
        unknown: lines of pairs without effect, because no file ever held one of the records.
    """

    pairs: int
    gone: int
    unknown: tuple[int, ...]


def load_decisions(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, folder: Path
) -> dict[str, ListCounts]:
    """Make temp table `eval_decisions`; give what each list holds.

    Raises:
        EvaluationError: a list is not sound CSV, or a pair names one record twice.
    """
    import pyarrow as pa

    con.execute(
        f"""
        create or replace temp table {DECISIONS} (
            decision varchar, source_a varchar, source_record_id_a varchar,
            source_b varchar, source_record_id_b varchar
        )
        """
    ).fetchall()
    counts = {}
    for decision, file in mapping.lists.items():
        path = folder / file
        lines, rows = _read(path, decision)
        columns = {
            name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(COLUMNS)
        }
        table = pa.table({"line": pa.array(lines, pa.int64()), **columns})
        con.register("eval_list", table)
        try:
            counted = _check(con, path, decision)
            con.execute(
                f"""
                insert into {DECISIONS}
                select distinct '{decision}', {", ".join(COLUMNS)} from eval_list
                """
            ).fetchall()
        finally:
            con.unregister("eval_list")
        counts[decision] = replace(counted, pairs=len(rows))
    return counts


def _read(path: Path, decision: str) -> tuple[list[int], list[list[str]]]:
    """The pairs of a list and their line numbers; a steward's list is short enough for Python."""
    header = read_header(path, ",", decision)
    missing = [name for name in COLUMNS if header.count(name) != 1]
    if missing:
        raise EvaluationError(
            f"{path} ({decision}): needs each of the columns {', '.join(COLUMNS)} once; "
            f"look at {', '.join(missing)}"
        )
    places = [header.index(name) for name in COLUMNS]
    lines, rows, wrong = [], [], []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            next(reader)
            line = reader.line_num + 1
            for row in reader:
                if len(row) == len(header) and all(row[place].strip() for place in places):
                    lines.append(line)
                    rows.append([row[place] for place in places])
                elif row:
                    wrong.append(line)
                line = reader.line_num + 1
    except UnicodeDecodeError:
        raise EvaluationError(f"{path} ({decision}): {NOT_UTF8}") from None
    except csv.Error:
        raise EvaluationError(
            f"{path} ({decision}): line {line}: quotes do not match; mend the file"
        ) from None
    if wrong:
        raise EvaluationError(
            f"{path} ({decision}): {len(wrong)} lines lack a field or have one too many: "
            f"line {some(wrong)}; each needs {', '.join(COLUMNS)}"
        )
    return lines, rows


def _check(con: duckdb.DuckDBPyConnection, path: Path, decision: str) -> ListCounts:
    """Count the pairs with a record that has left, or that nobody has ever seen.

    Raises:
        EvaluationError: a pair names one record twice.
    """
    verdicts = con.execute(
        f"""
        with sides as (
            select line, source_a as source, source_record_id_a as source_record_id
            from eval_list
            union all
            select line, source_b, source_record_id_b from eval_list
        ),

        ever as (select distinct source, source_record_id from identity_ledger)

        select
            sides.line,
            bool_or(ever.source is null) as is_unknown
        from sides
        left join {PEOPLE} as people
            on sides.source = people.source and sides.source_record_id = people.source_record_id
        left join ever
            on sides.source = ever.source and sides.source_record_id = ever.source_record_id
        where people.source is null
        group by sides.line
        order by sides.line
        """
    ).fetchall()
    unknown = [line for line, is_unknown in verdicts if is_unknown]
    same = [
        line
        for (line,) in con.execute(
            """
            select line
            from eval_list
            where source_a = source_b and source_record_id_a = source_record_id_b
            order by line
            """
        ).fetchall()
    ]
    if same:
        raise EvaluationError(
            f"{path} ({decision}): {len(same)} pairs name the same record twice: line {some(same)}"
        )
    return ListCounts(0, len(verdicts) - len(unknown), tuple(unknown))
