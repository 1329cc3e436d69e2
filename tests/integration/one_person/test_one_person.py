"""One person in every source: where they may be found after nights that went well and badly, and
that they are nowhere once they are erased: not in old builds, not delivered again, not restored.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.integration.backup.instance import need_restic
from tests.integration.company import copy_of, new_instance
from tests.integration.one_person import canary
from tests.integration.one_person.canary import REACHING
from tests.integration.one_person.person_company import (
    ANOTHER,
    ERASE,
    JOB,
    KILLED,
    UNCOMPRESSED,
    Company,
    asked,
    places,
    published,
    written,
)
from tests.integration.one_person.scan import in_bytes, in_landing, in_tables

pytestmark = pytest.mark.pipeline

PROTECTED = ("vault.duckdb", "ledger/")
"""The vault, and the ledger of customer keys, which has the numbers of records."""

CLEARED = {"customer_referrals"}
"""Whoever was referred by the person keeps the row, and loses by whom."""


@dataclass(frozen=True)
class Erased:
    """What the erasure said, and what readers saw before and see now; in a copy of the company."""

    company: Company
    dry_run: str
    jobs: list[str]
    changed_by_dry_run: set[str]
    said: str
    receipt: dict
    before: dict[str, list]
    after: dict[str, list]


@pytest.fixture(scope="module")
def company(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    need_restic()
    folder = tmp_path_factory.mktemp("one_person")
    shutil.copytree(small_files, folder / "data")
    canary.plant(folder / "data")
    instance = new_instance(folder / "data", folder / "home")
    good = instance.run()
    assert good.returncode == 0, good.stdout + good.stderr[-3000:]
    kept = Company(instance, good, good, folder / "repository", folder / "password")
    kept.command("-m", "pipelines.backup")
    accounts = folder / "data" / "orders" / "customers.csv"
    whole = accounts.read_bytes()
    accounts.write_bytes(whole.replace(b"20", b"x"))
    bad = instance.run()
    accounts.write_bytes(whole)
    assert bad.returncode != 0
    return Company(instance, good, bad, kept.repository, kept.password)


@pytest.fixture(scope="module")
def erased(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    copied = copy_of(company.instance, tmp_path_factory.mktemp("erased"))
    there = replace(company, instance=copied)
    request = asked(there.home)
    before, files = published(copied), written(there.home)
    arguments = (*ERASE, "--file", request.name)
    dry_run = there.command(*arguments)
    changed = {name for name, at in written(there.home).items() if files.get(name) != at}
    jobs = [there.command("-c", JOB, name) for name in (request.name, "no-such-request.json")]
    said = there.command(*arguments, "--for-good")
    request.unlink()
    (receipt,) = (there.home / "receipts").iterdir()
    counted = json.loads(receipt.read_text())
    return Erased(there, dry_run, jobs, changed, said, counted, before, published(copied))


def outside_the_vault(company: Company) -> list[str]:
    """Landing is searched too: it is sealed."""
    found = [*in_bytes(company.home, REACHING), *in_tables(company.home, REACHING)]
    return [it for it in found if not any(part in it for part in PROTECTED)]


def test_the_person_is_in_the_vault_and_sealed_in_landing(company: Company, tmp_path: Path) -> None:
    tables = {it.split(": ")[1].split(".")[0] for it in in_tables(company.home)}
    assert {"raw", "staging", "identity", "vault", "quarantine"} <= tables
    landed = {it.split("/")[1] for it in in_landing(company.home, tmp_path)}
    assert landed >= {"orders", "crm_zoho", "crm_fxiaoke", "social", "web", "service"}


def test_nothing_else_names_the_person_after_a_good_and_a_bad_night(company: Company) -> None:
    assert outside_the_vault(company) == []
    for done in (company.good, company.bad):
        assert canary.is_named((done.stdout + done.stderr).encode()) == []


def test_a_dry_run_counts_and_changes_nothing(erased: Erased) -> None:
    assert "Nothing was erased" in erased.dry_run
    assert "warehouse.core.fct_orders" in erased.dry_run
    assert canary.is_named(erased.dry_run.encode()) == []
    assert erased.changed_by_dry_run == set()


def test_the_job_counts_only_by_default(erased: Erased) -> None:
    dry_run, nobody = erased.jobs
    assert "succeeded erase_customer" in dry_run
    assert "failed erase_customer" in nobody


def test_no_byte_of_the_person_is_left(erased: Erased, tmp_path: Path) -> None:
    assert places(erased.company, erased.company.home, tmp_path) == []


def test_a_search_of_unpacked_tables_would_find_the_person(
    company: Company, tmp_path: Path
) -> None:
    vault = company.home / "builds" / company.instance.current.readlink().name / "vault.duckdb"
    company.command("-c", UNCOMPRESSED, str(vault), str(tmp_path / "plain.duckdb"))
    found = in_bytes(tmp_path)["plain.duckdb"]
    assert {canary.NAME, canary.PHONE, str(canary.SHOP), canary.ROW} <= set(found)


def test_builds_of_before_are_gone(erased: Erased) -> None:
    (build,) = (erased.company.home / "builds").iterdir()
    live = erased.company.instance.current.readlink().name
    assert build.name == erased.receipt["run_id"] == live
    assert erased.receipt["removed_builds"] == 2, "the live one and the failed one"


def test_rows_of_others_are_as_they_were(erased: Erased) -> None:
    assert erased.before.keys() == erased.after.keys()
    for table, rows in erased.after.items():
        came = set(map(tuple, rows)) - set(map(tuple, erased.before[table]))
        assert not came or table in CLEARED, f"{table}: {sorted(came)[:3]}"
    gone = [table for table, rows in erased.after.items() if len(rows) < len(erased.before[table])]
    assert {"dim_customers", "fct_orders", "fct_notes", "rfm", "customer_360"} <= set(gone)


def test_the_receipt_counts_and_names_nobody(erased: Erased) -> None:
    receipt = erased.receipt
    assert receipt["landed"]["orders.customers"]["rows"] == 6, "of two deliveries"
    assert receipt["landed"]["crm_zoho.deals"] == {"rows": 0, "cleared": 1, "copies": 1, "mends": 0}
    assert receipt["rows"]["warehouse.core.dim_customers"] == 1
    assert canary.is_named(json.dumps(receipt).encode() + erased.said.encode()) == []
    assert "erased" in erased.company.command("-m", "pipelines.audit")


def test_an_erasure_that_is_killed_is_gone_on_with(company: Company, tmp_path: Path) -> None:
    there = replace(company, instance=copy_of(company.instance, tmp_path / "killed"))
    request = asked(there.home)
    command = (*ERASE, "--file", request.name, "--for-good")

    def kill_at(function: str) -> int:
        return there.run(
            "-c", KILLED, "assets.privacy.erasure.erase", function, *command[1:]
        ).returncode

    assert kill_at("write_build_without") == 9
    another = there.run(*ERASE, "--record", ANOTHER, "--for-good")
    assert another.returncode == 2
    assert "was killed before its end: run its request again first" in another.stderr
    assert kill_at("remove_builds") == 9
    assert in_tables(there.home), "the person is in older builds only, and no key leads there"
    said = there.command(*command)
    assert "An erasure was killed before its end" in said
    request.unlink()
    (receipt,) = (there.home / "receipts").iterdir()
    counted = json.loads(receipt.read_text())
    assert counted["landed"]["orders.customers"]["rows"] == 6
    assert counted["rows"]["warehouse.core.dim_customers"] == 1
    assert counted["suppressed"] > 0
    assert len(list((there.home / "builds").iterdir())) == 1
    assert in_bytes(there.home) == {}
    assert in_tables(there.home) == []


def test_who_was_erased_does_not_come_back_from_a_backup(erased: Erased, tmp_path: Path) -> None:
    there, restored = erased.company, tmp_path / "restored"
    there.command("-m", "pipelines.backup.restore", "--out", str(restored))
    shutil.copytree(there.home / "secrets", restored / "secrets", dirs_exist_ok=True)
    assert in_landing(restored, tmp_path), "the backup is of before the erasure"
    refused = there.run(*ERASE, "--record", ANOTHER, "--for-good", home=restored)
    assert refused.returncode == 2
    assert "Run `make restore-replay` first" in refused.stderr
    replay = ("assets.privacy.erasure.replay", "erase_listed_keys", "pipelines.backup.replay")
    assert there.run("-c", KILLED, *replay, home=restored).returncode == 9
    said = there.command("-m", "pipelines.backup.replay", home=restored)
    assert "builds and publications removed" in said
    assert places(there, restored, tmp_path) == []


def test_who_was_erased_does_not_come_back_from_the_sources(erased: Erased, tmp_path: Path) -> None:
    again = copy_of(erased.company.instance, tmp_path / "again")
    canary.plant(again.data)
    for file in again.data.rglob("*"):
        if file.is_file():
            os.utime(file)
    done = again.run()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert places(erased.company, again.home, tmp_path) == []
    customers = published(again)["dim_customers"]
    assert len(customers) == len(erased.after["dim_customers"])
