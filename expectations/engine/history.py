"""How every rule came out, night by night: `quality_history`, one Parquet file per run and gate.

Grain: one row for a rule of a subject of a boundary of a run. A file is written once and never
opened for writing again, so readers and gates never wait for each other. Files stay longer than
builds, until their business date is older than the retention. Names and counts, never values.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from expectations.engine.results import SuiteResult

FOLDER = Path("quality") / "history"
"""Below the home of the instance."""

_TABLE = """
    create table quality_history (
        run_id varchar, as_of_date date, boundary varchar, subject varchar, rule varchar,
        severity varchar, passed boolean, unexpected_count bigint, observed varchar,
        message varchar
    )
"""

_FAILED = """
    select as_of_date, run_id, boundary, subject, rule, severity, message
    from read_parquet($files)
    where not passed and as_of_date > (select max(as_of_date) from read_parquet($files)) - $nights
    order by as_of_date desc, run_id, boundary, severity, subject, rule
"""


def write_history(
    results: Sequence[SuiteResult], home: Path, boundary: str, run_id: str, as_of: date
) -> Path:
    """Write one gate's results; the same results give the same bytes.

    Returns:
        The file, readable by the owner only.
    """
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = sorted(
        [
            run_id,
            as_of,
            boundary,
            result.subject,
            rule.rule,
            rule.severity.value,
            rule.passed,
            rule.unexpected_count,
            rule.observed,
            rule.message,
        ]
        for result in results
        for rule in result.results
    )
    file = folder / f"{as_of.isoformat()}_{run_id}_{boundary}.parquet"
    partial = file.with_suffix(".partial")
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute(_TABLE).fetchall()
        if rows:
            con.executemany(
                f"insert into quality_history values ({', '.join('?' * 10)})", rows
            ).fetchall()
        target = str(partial).replace("'", "''")
        con.execute(f"copy quality_history to '{target}' (format parquet)").fetchall()
    partial.chmod(0o600)
    os.replace(partial, file)
    return file


def prune_history(home: Path, as_of: date, days: int) -> int:
    """Remove files whose business date is more than `days` before this one; returns how many."""
    old = old_history(home, as_of, days)
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def old_history(home: Path, as_of: date, days: int) -> list[Path]:
    """The files that `prune_history` removes."""
    oldest = (as_of - timedelta(days=days)).isoformat()
    return [file for file in (home / FOLDER).glob("*.parquet") if file.name[:10] < oldest]


def failures(home: Path, nights: int) -> list[tuple[date, str, str, str, str, str, str]]:
    """What failed or warned in the last nights, newest first.

    Returns:
        Business date, run, boundary, subject, rule, severity and message of each.
    """
    files = sorted(str(file) for file in (home / FOLDER).glob("*.parquet"))
    if not files:
        return []
    with duckdb.connect() as con:
        return con.execute(_FAILED, {"files": files, "nights": nights}).fetchall()
