from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assets.enrich.identity.keys import commit
from assets.enrich.identity.keys.ledger import LedgerError, read_ledger
from tests.unit.enrich.identity.conftest import Vault

SHOP, FIRST = "orders.customers", date(2017, 12, 29)


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(ledger=tmp_path / "ledger")
    made.record(SHOP, "1", full_name="贺丽娜")
    made.resolve(FIRST)
    yield made
    made.con.close()


def ledger_of(vault: Vault) -> Path:
    assert vault.ledger is not None
    return vault.ledger


def test_a_night_is_committed_once(nightly: Vault) -> None:
    assert nightly.commit("one") == 1
    assert commit.commit_keys(nightly.con, ledger_of(nightly), "one") == 0
    assert [path.name for path in ledger_of(nightly).iterdir()] == ["00000001-one.parquet"]
    read_ledger(nightly.con, str(ledger_of(nightly) / "*.parquet"))
    assert nightly.con.execute(
        "select as_of, sequence, customer_key from identity_ledger"
    ).fetchall() == [(FIRST, 1, nightly.keys()["1"])]


def test_a_run_that_did_not_resolve_commits_nothing(nightly: Vault) -> None:
    commit.prepare_commit(nightly.con, "resolved")
    assert commit.commit_keys(nightly.con, ledger_of(nightly), "copied-the-build") == 0
    assert not ledger_of(nightly).exists()


def test_a_run_in_between_is_refused_in_plain_words(nightly: Vault) -> None:
    commit.prepare_commit(nightly.con, "slow")
    other = Vault(ledger=ledger_of(nightly))
    other.record(SHOP, "2", full_name="顾大力")
    other.resolve(FIRST)
    other.commit("fast")
    with pytest.raises(LedgerError, match="another run published customer keys") as caught:
        commit.commit_keys(nightly.con, ledger_of(nightly), "slow")
    assert "run the night again" in str(caught.value)
    assert len(list(ledger_of(nightly).iterdir())) == 1


def test_a_build_that_does_not_tell_who_resolved_it_is_refused(nightly: Vault) -> None:
    with pytest.raises(LedgerError, match="run the whole night"):
        commit.commit_keys(nightly.con, ledger_of(nightly), "continues-an-old-build")


def test_a_run_id_that_is_no_file_name_blames_no_other_run(nightly: Vault) -> None:
    commit.prepare_commit(nightly.con, "../x")
    with pytest.raises(LedgerError, match="run id") as caught:
        commit.commit_keys(nightly.con, ledger_of(nightly), "../x")
    assert "another run" not in str(caught.value)
