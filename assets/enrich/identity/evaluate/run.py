"""One night of a try-out: files and mapping in, customer keys and state out."""

from __future__ import annotations

import os
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.evaluate.engine import (
    Tonight,
    make_vault,
    resolve_tonight,
)
from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.evaluate.lists import DECISIONS, load_decisions
from assets.enrich.identity.evaluate.load import PEOPLE, load_people
from assets.enrich.identity.evaluate.mapping import find_mapping, load_mapping
from assets.enrich.identity.evaluate.state import Night, plan, read_state, write_state
from assets.enrich.identity.evaluate.summary import Summary, read_links

if TYPE_CHECKING:
    import duckdb

    from assets.enrich.identity.link.fuzzy import FuzzyEvidence

EARLIEST = date(2030, 1, 1)
"""No first night is before, so that no birth date lies in the future; no clock is read."""

LATEST = date(2100, 1, 1)
"""A first_seen from here on is a filler such as 9999-12-31 and dates no night."""


def evaluate(
    folder: Path,
    mapping: str,
    out: Path,
    state: str | None = None,
    as_of: date | None = None,
    fuzzy: FuzzyEvidence | None = None,
) -> Summary:
    """Resolve the people of some CSV files and write the key of each of their records.

    Args:
        folder: where the files are.
        mapping: mapping file, named from the current folder or from `folder`.
        out: Parquet file to write: source, source_record_id, customer_key.
        state: see docs/identity-eval.md; None for a first night.
        as_of: business date; if not given, the newest first_seen of the files, but not before
            2030, and later than the night before.

    Raises:
        EvaluationError: what is wrong with the files, the mapping or the state.
    """
    import duckdb

    if not folder.is_dir():
        raise EvaluationError(f"DIR={folder}: is no folder")
    if out.is_dir():
        raise EvaluationError(f"OUT={out}: is a folder; name a file in it, such as keys.parquet")
    mapped = load_mapping(find_mapping(mapping, folder))
    where = plan(out, state)
    # What does not fit into memory is spilled into a folder that is closed to others, and goes.
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as con:
        con.execute("set temp_directory = $spill", {"spill": spill}).fetchall()
        make_vault(con)
        before = read_state(con, where.read)
        loaded = load_people(con, mapped, folder)
        pairs = load_decisions(con, mapped, folder)
        tonight = Night(_date(con, as_of, before), before.commits + 1)
        assert tonight.as_of is not None
        made, changes = resolve_tonight(
            con,
            Tonight(PEOPLE, DECISIONS, tonight.as_of, mapped.default_region, before.caches, fuzzy),
        )
        links, refusals = read_links(con)
        [(records, customers)] = con.execute(
            """
            select count(*), count(distinct customer_key)
            from vault.identity.customers_map
            where is_current
            """
        ).fetchall()
        expected = sum(each.records for each in loaded.values())
        assert records == expected, f"{expected} records came in, {records} went out"
        _write_keys(con, out)
        write_state(con, where, tonight, made)
    states = [where.companion] if where.update is None else [where.companion, where.update]
    return Summary(
        tonight.as_of,
        where.read is None,
        loaded,
        pairs,
        records,
        customers,
        links,
        refusals,
        changes,
        out,
        states,
    )


def _date(con: duckdb.DuckDBPyConnection, given: date | None, before: Night) -> date:
    if given is not None:
        if before.as_of is not None and given <= before.as_of:
            raise EvaluationError(
                f"AS_OF={given}: must be later than the night before, {before.as_of}"
            )
        return given
    [(newest,)] = con.execute(
        f"select max(first_seen_at)::date from {PEOPLE} where first_seen_at < $latest",
        {"latest": LATEST},
    ).fetchall()
    least = EARLIEST if before.as_of is None else before.as_of + timedelta(days=1)
    return max(newest or least, least)


def _write_keys(con: duckdb.DuckDBPyConnection, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        draft = Path(folder, "keys.parquet")
        place = str(draft).replace("'", "''")
        con.execute(
            f"""
            copy (
                select source, source_record_id, customer_key
                from vault.identity.customers_map
                where is_current
                order by source, source_record_id
            ) to '{place}' (format parquet, compression zstd)
            """
        ).fetchall()
        os.replace(draft, out)
