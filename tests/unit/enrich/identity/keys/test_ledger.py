from __future__ import annotations

from pathlib import Path

import pytest

from assets.enrich.identity.keys import ledger

from .conftest import Nights


def use(nights: Nights, folder: Path) -> None:
    ledger.read_ledger(nights.con, str(folder / "*.parquet"))


def test_commits_are_files_that_are_never_changed(tmp_path: Path) -> None:
    folder = tmp_path / "it's" / "ledger"
    written: dict[Path, bytes] = {}
    states = [["ab", "c"], ["abc"], ["ab", "c", "d"]]
    keys = []
    for number, clusters in enumerate(states, start=1):
        nights = Nights(with_ledger=False)
        use(nights, folder)
        keys.append(nights.run(number, clusters, commit=False))
        path = ledger.append(nights.con, folder, f"run-{number}")
        assert path is not None
        assert path.name == f"{number:08}-run-{number}.parquet"
        assert path.stat().st_mode & 0o777 == 0o600
        assert all(old.read_bytes() == content for old, content in written.items())
        written[path] = path.read_bytes()
        nights.close()
    assert sorted(folder.iterdir()) == sorted(written)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {record: keys[2][record] for record in "abc"} == keys[0]


def test_the_same_changes_are_committed_once(tmp_path: Path) -> None:
    nights = Nights(with_ledger=False)
    use(nights, tmp_path)
    nights.run(1, ["ab"], commit=False)
    assert ledger.append(nights.con, tmp_path, "one") is not None
    assert ledger.append(nights.con, tmp_path, "one") is None
    use(nights, tmp_path)
    nights.run(1, ["ab"], commit=False)
    assert ledger.append(nights.con, tmp_path, "two") is None
    assert len(list(tmp_path.iterdir())) == 1
    nights.run(1, ["abc"], commit=False)
    assert ledger.append(nights.con, tmp_path, "one", sequence=2) is not None
    assert nights.con.execute("select count(*) from identity_ledger").fetchall() == [(2,)]
    use(nights, tmp_path)
    assert nights.con.execute(
        "select sequence, count(*) from identity_ledger group by all order by all"
    ).fetchall() == [(1, 2), (2, 1)]
    nights.close()


def test_a_commit_that_broke_off_is_not_read(tmp_path: Path) -> None:
    nights = Nights(with_ledger=False)
    (tmp_path / ".00000001-one.parquet.tmp").write_bytes(b"half a file")
    use(nights, tmp_path)
    nights.run(1, ["ab"], commit=False)
    path = ledger.append(nights.con, tmp_path, "one")
    assert [path] == list(tmp_path.iterdir())
    nights.close()


@pytest.mark.parametrize(
    ("run_id", "sequence", "words"), [("../x", None, "run id"), ("two", 1, "before commit 1")]
)
def test_a_commit_out_of_place_is_refused(
    tmp_path: Path, run_id: str, sequence: int | None, words: str
) -> None:
    nights = Nights()
    nights.run(1, ["a"], commit=False)
    ledger.append(nights.con, tmp_path, "one")
    with pytest.raises(ledger.LedgerError, match=words):
        ledger.append(nights.con, tmp_path, run_id, sequence)
    nights.close()


def test_without_files_the_ledger_is_empty(tmp_path: Path) -> None:
    nights = Nights(with_ledger=False)
    for files in (None, str(tmp_path / "*.parquet")):
        ledger.read_ledger(nights.con, files)
        assert nights.run(1, ["ab"], commit=False)
        assert len(nights.table("ledger_changes")) == 2
    nights.close()
