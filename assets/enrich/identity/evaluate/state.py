"""The state between two nights: which keys were given (the ledger) and what was standardised.

A state is a DuckDB file. Every try-out writes one beside its result, its companion; a companion is
never changed by a later night. A state that STATE= itself has made is brought up to date in place.
Both hold values of the records as typed, in the caches; so nobody else may read the files.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.storage import plain_texts

if TYPE_CHECKING:
    import duckdb

FORMAT = 1
IN_FOLDER = "identity.state.duckdb"
LEDGER = "identity_ledger"


@dataclass(frozen=True)
class Plan:
    """Where tonight's state comes from and where it goes.

    Attributes:
        read: state of the last night; None on the first.
        companion: state that is written beside the result.
        update: state that STATE= keeps, written as well; None if it keeps none.
    """

    read: Path | None
    companion: Path
    update: Path | None


@dataclass(frozen=True)
class Night:
    """What is known of the last night.

    Attributes:
        as_of: its business date; None if there was none.
        commits: number of nights in the ledger.
        caches: schema with its caches, attached; None if there was none.
    """

    as_of: date | None = None
    commits: int = 0
    caches: str | None = None


@dataclass(frozen=True)
class Made:
    """Where the engine left what the next night needs.

    Attributes:
        ledger_changes: relation of tonight's changes (as_of, source, source_record_id,
            customer_key).
        caches: name of a cache to the relation that holds it.
    """

    ledger_changes: str
    caches: dict[str, str]


def companion_of(out: Path) -> Path:
    """The state beside a result: keys.parquet has keys.state.duckdb."""
    return out.with_name(out.name.removesuffix(".parquet") + ".state.duckdb")


def plan(out: Path, state: str | None) -> Plan:
    """What STATE= means.

    Raises:
        EvaluationError: it names a result without a companion, or a folder with several states.
    """
    companion = companion_of(out)
    if not state:
        return Plan(None, companion, None)
    path = Path(state)
    if path.is_dir() or state.endswith("/"):
        path = _in_folder(path)
    elif path.suffix == ".parquet":
        if path.exists() and not _is_there(companion_of(path)):
            raise EvaluationError(
                f"STATE={state}: its state {companion_of(path).name} is not beside it; name the "
                "state itself, or leave STATE out for a first night"
            )
        path = companion_of(path)
    if not _is_there(path):
        return Plan(None, companion, None if path == companion else path)
    keeps = not _is_companion(path) and path.resolve() != companion.resolve()
    return Plan(path, companion, path if keeps else None)


def _in_folder(folder: Path) -> Path:
    own = folder / IN_FOLDER
    others = sorted(folder.glob("*.state.duckdb")) if folder.is_dir() else []
    if own in others or not others:
        return own
    if len(others) > 1:
        names = ", ".join(path.name for path in others)
        raise EvaluationError(f"STATE={folder}: holds several states ({names}); name one of them")
    return others[0]


def _is_there(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _is_companion(path: Path) -> bool:
    import duckdb

    with duckdb.connect() as con:
        _attach(con, path)
        [(is_companion,)] = con.execute("select is_companion from eval_state.night").fetchall()
    return bool(is_companion)


def _attach(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    import duckdb

    try:
        con.execute(f"attach {_quoted(path)} as eval_state (read_only)").fetchall()
        versions = con.execute("select format from eval_state.night").fetchall()
    except duckdb.Error:
        raise EvaluationError(
            f"STATE={path}: is not a state of identity-eval; name the .state.duckdb of an earlier "
            "night, or a file that does not exist yet"
        ) from None
    if versions != [(FORMAT,)]:
        raise EvaluationError(
            f"STATE={path}: was written by another version of identity-eval; begin anew without it"
        )


def read_state(con: duckdb.DuckDBPyConnection, path: Path | None) -> Night:
    """Make temp table `identity_ledger` of the nights before, and attach their caches.

    Args:
        con: connection to read into.
        path: state to read; None on the first night.

    Raises:
        EvaluationError: the file is no state, or another version's.
    """
    con.execute(
        f"""
        create or replace temp table {LEDGER} (
            as_of date, sequence bigint, source varchar, source_record_id varchar,
            customer_key varchar
        )
        """
    ).fetchall()
    if path is None:
        return Night()
    _attach(con, path)
    [(as_of, commits)] = con.execute("select as_of, commits from eval_state.night").fetchall()
    con.execute(f"insert into {LEDGER} select * from eval_state.ledger").fetchall()
    return Night(as_of, commits, "eval_state.caches")


def write_state(con: duckdb.DuckDBPyConnection, where: Plan, night: Night, made: Made) -> None:
    """Write the ledger with tonight's changes, and the caches, to the companion and the kept state.

    Each is a new file that takes the place of the old one, so that a value that left the sources
    leaves the disk too.

    Args:
        con: connection on which tonight was resolved.
        where: the files to write.
        night: tonight.
        made: where the engine left what is to be kept.
    """
    con.execute("detach database if exists eval_state").fetchall()
    for target in (where.companion, where.update or where.companion):
        target.parent.mkdir(parents=True, exist_ok=True)
    # The folder is closed to others, so no moment passes in which they could read the draft.
    with tempfile.TemporaryDirectory(dir=where.companion.parent) as folder:
        draft = Path(folder, "draft.duckdb")
        con.execute(f"attach {_quoted(draft)} as eval_state").fetchall()
        con.execute(
            """
            create table eval_state.night as
            select
                $format as format, $as_of::date as as_of, $commits as commits,
                true as is_companion
            """,
            {"format": FORMAT, "as_of": night.as_of, "commits": night.commits},
        ).fetchall()
        con.execute(
            f"""
            create table eval_state.ledger as
            select as_of, sequence, source, source_record_id, customer_key from {LEDGER}
            union all
            select as_of, {night.commits}, source, source_record_id, customer_key
            from {made.ledger_changes}
            """
        ).fetchall()
        con.execute("create schema eval_state.caches").fetchall()
        with plain_texts(con):
            for name, relation in made.caches.items():
                con.execute(
                    f"create table eval_state.caches.{name} as select * from {relation}"
                ).fetchall()
        con.execute("detach eval_state").fetchall()
        _put(draft, where.companion)
        if where.update is not None:
            con.execute(f"attach {_quoted(draft)} as eval_state").fetchall()
            con.execute("update eval_state.night set is_companion = false").fetchall()
            con.execute("detach eval_state").fetchall()
            _put(draft, where.update)


def _put(draft: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder, target.name)
        shutil.copyfile(draft, copy)
        copy.chmod(0o600)
        os.replace(copy, target)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
