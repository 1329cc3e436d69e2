from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import duckdb
import pytest

from assets.enrich.identity.evaluate.errors import EvaluationError
from assets.enrich.identity.evaluate.state import (
    Made,
    Night,
    Plan,
    companion_of,
    plan,
    read_state,
    write_state,
)


def night(where: Plan, number: int) -> list[tuple]:
    """One night that gives record `number` a key; what the nights before had given."""
    with duckdb.connect() as con:
        before = read_state(con, where.read)
        assert before.commits == number - 1
        ledger = con.execute("select sequence, source_record_id from identity_ledger").fetchall()
        cache = []
        if before.caches:
            cache = con.execute(f"select raw_value from {before.caches}.cache_x").fetchall()
        con.execute(
            f"""
            create temp table changes as
            select date '2017-01-01' + {number} as as_of, 's' as source,
                '{number}' as source_record_id, 'C' as customer_key
            """
        ).fetchall()
        con.execute(f"create temp table cache as select 'raw {number}' as raw_value").fetchall()
        made = Made("temp.changes", {"cache_x": "temp.cache"})
        tonight = Night(date(2017, 1, 1 + number), number)
        write_state(con, where, tonight, made)
    assert cache == ([(f"raw {number - 1}",)] if number > 1 else [])
    return sorted(ledger)


def test_the_companion_stands_beside_the_result() -> None:
    assert companion_of(Path("a/keys.parquet")) == Path("a/keys.state.duckdb")
    assert companion_of(Path("a/keys.v2")) == Path("a/keys.v2.state.duckdb")


def test_without_a_state_it_is_a_first_night(tmp_path: Path) -> None:
    out = tmp_path / "keys.parquet"
    assert plan(out, None) == plan(out, "") == Plan(None, companion_of(out), None)


@pytest.mark.parametrize("named", ["one.state.duckdb", "one.parquet"])
def test_a_companion_is_read_and_never_changed(tmp_path: Path, named: str) -> None:
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    one.touch()
    night(plan(one, None), 1)
    before = companion_of(one).read_bytes()
    where = plan(two, str(tmp_path / named))
    assert where == Plan(companion_of(one), companion_of(two), None)
    assert night(where, 2) == [(1, "1")]
    assert companion_of(one).read_bytes() == before
    third = plan(tmp_path / "three.parquet", str(two))
    assert night(third, 3) == [(1, "1"), (2, "2")]


@pytest.mark.parametrize("state", ["kept.duckdb", "new/", "new/folder/kept.db", "empty.duckdb"])
def test_a_state_of_its_own_is_made_and_brought_up_to_date(tmp_path: Path, state: str) -> None:
    (tmp_path / "empty.duckdb").touch()
    named = f"{tmp_path}/{state}"
    kept = Path(named, "identity.state.duckdb") if state.endswith("/") else Path(named)
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    first = plan(one, named)
    assert first == Plan(None, companion_of(one), kept)
    night(first, 1)
    second = plan(two, named)
    assert second == Plan(kept, companion_of(two), kept)
    assert night(second, 2) == [(1, "1")]
    assert night(plan(tmp_path / "three.parquet", named), 3) == [(1, "1"), (2, "2")]
    assert night(plan(tmp_path / "other.parquet", str(one)), 2) == [(1, "1")]


def test_a_folder_holds_its_own_state(tmp_path: Path) -> None:
    (tmp_path / "states").mkdir()
    where = plan(tmp_path / "one.parquet", str(tmp_path / "states"))
    assert where.update == tmp_path / "states" / "identity.state.duckdb"
    night(where, 1)
    assert plan(tmp_path / "two.parquet", str(tmp_path / "states")).read == where.update


def test_a_folder_with_one_companion_means_that_one(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    one = tmp_path / "first" / "one.parquet"
    night(plan(one, None), 1)
    where = plan(tmp_path / "two.parquet", str(tmp_path / "first"))
    assert where == Plan(companion_of(one), tmp_path / "two.state.duckdb", None)
    night(plan(tmp_path / "first" / "other.parquet", None), 1)
    with pytest.raises(EvaluationError, match=r"several states \(one\.state.*, other|other.*one"):
        plan(tmp_path / "two.parquet", str(tmp_path / "first"))


def test_the_same_result_again_carries_its_own_state_on(tmp_path: Path) -> None:
    out = tmp_path / "keys.parquet"
    out.touch()
    night(plan(out, None), 1)
    for named in (str(out), str(companion_of(out))):
        assert plan(out, named) == Plan(companion_of(out), companion_of(out), None)
    assert night(plan(out, str(out)), 2) == [(1, "1")]


def test_a_result_that_does_not_exist_yet_begins(tmp_path: Path) -> None:
    where = plan(tmp_path / "one.parquet", str(tmp_path / "none.parquet"))
    assert where.read is None
    assert where.update == tmp_path / "none.state.duckdb"


def test_a_result_without_its_companion_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.parquet").touch()
    with pytest.raises(EvaluationError, match=r"one\.state\.duckdb is not beside it"):
        plan(tmp_path / "two.parquet", str(tmp_path / "one.parquet"))


def test_what_is_no_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as con:
        con.execute("create table t as select 1 as a").fetchall()
    for name in ("text", "other.duckdb"):
        with pytest.raises(EvaluationError, match="is not a state of identity-eval"):
            plan(tmp_path / "keys.parquet", str(tmp_path / name))


def test_a_state_of_another_version_is_refused(tmp_path: Path) -> None:
    night(plan(tmp_path / "one.parquet", None), 1)
    path = tmp_path / "one.state.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("update night set format = 99").fetchall()
    with pytest.raises(EvaluationError, match="another version"):
        plan(tmp_path / "two.parquet", str(path))


def test_states_are_for_their_owner_only_and_nothing_else_is_left(tmp_path: Path) -> None:
    night(plan(tmp_path / "one.parquet", str(tmp_path / "kept.duckdb")), 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.duckdb", "one.state.duckdb"]
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
