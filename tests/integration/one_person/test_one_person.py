"""One person in every source: where they may be found after nights that went well and badly, and
that they are nowhere once they are erased: not in old builds, not delivered again, not restored.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.integration.backup.instance import need_restic
from tests.integration.company import ROOT, Instance, new_instance
from tests.integration.one_person import canary
from tests.integration.one_person.canary import REACHING
from tests.integration.one_person.scan import in_bytes, in_landing, in_tables

pytestmark = pytest.mark.pipeline

UNCOMPRESSED = """
import duckdb, sys
connect = duckdb.connect
def uncompressed(*arguments, **options):
    con = connect(*arguments, **options)
    con.execute("set force_compression = 'uncompressed'").fetchall()
    return con
duckdb.connect = uncompressed
from pipelines.erase import main
sys.exit(main(sys.argv[1:]))
"""
"""The erasure's own command, but every database that it writes can be searched by bytes."""


@dataclass(frozen=True)
class Company:
    """The small company with the person in it: after one good night, and after a bad one."""

    instance: Instance
    good: subprocess.CompletedProcess[str]
    bad: subprocess.CompletedProcess[str]
    repository: Path
    password: Path

    @property
    def home(self) -> Path:
        return self.instance.home

    def command(self, *arguments: str, home: Path | None = None) -> str:
        """What a command says on success."""
        done = self.run(*arguments, home=home)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = self.instance.environment | {
            "C360_BACKUP_REPOSITORY": str(self.repository),
            "C360_BACKUP_PASSWORD_FILE": str(self.password),
        }
        if home:
            environment |= {"C360_HOME": str(home)}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


@dataclass(frozen=True)
class Erased:
    """What the erasure said, and what readers saw before and see now."""

    dry_run: str
    home_after_dry_run: dict[str, int]
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
def erased(company: Company) -> Erased:
    requests = company.home / "requests"
    requests.mkdir(mode=0o700)
    request = requests / "request-1.json"
    request.write_text(json.dumps({"phone": canary.PHONE, "email": canary.EMAIL}))
    request.chmod(0o600)
    before = published(company.instance)
    arguments = ("-c", UNCOMPRESSED, "--file", request.name)
    dry_run = company.command(*arguments)
    files = {str(it): it.stat().st_mtime_ns for it in (company.home / "landing").rglob("*.sealed")}
    said = company.command(*arguments, "--really")
    (receipt,) = (company.home / "receipts").iterdir()
    return Erased(
        dry_run,
        files,
        said,
        json.loads(receipt.read_text()),
        before,
        published(company.instance),
    )


def published(instance: Instance) -> dict[str, list]:
    """All rows that readers see, by table."""
    with duckdb.connect(str(instance.current / "marts.duckdb"), read_only=True) as con:
        tables = con.execute(
            "select table_name from duckdb_tables() where table_name != 'publication'"
        ).fetchall()
        return {
            name: con.execute(
                f'select t::varchar, count(*) from publish."{name}" as t group by all'
            ).fetchall()
            for (name,) in tables
        }


PROTECTED = ("vault.duckdb", "ledger/")
"""The vault, and the ledger of customer keys, which has the numbers of records."""


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


def test_no_byte_of_the_person_is_left(company: Company, erased: Erased, tmp_path: Path) -> None:
    shutil.copytree(company.home, tmp_path / "home", symlinks=True)
    (tmp_path / "home" / "requests" / "request-1.json").unlink()
    assert in_bytes(tmp_path / "home") == {}
    assert in_tables(tmp_path / "home") == []
    assert in_landing(tmp_path / "home", tmp_path) == []


def test_builds_of_before_are_gone(company: Company, erased: Erased) -> None:
    (build,) = (company.home / "builds").iterdir()
    assert build.name == erased.receipt["run_id"] == company.instance.current.readlink().name
    assert erased.receipt["removed_builds"] == 2, "the live one and the failed one"


def test_rows_of_others_are_as_they_were(erased: Erased) -> None:
    assert erased.before.keys() == erased.after.keys()
    for table, rows in erased.after.items():
        came = set(map(tuple, rows)) - set(map(tuple, erased.before[table]))
        assert not came or table in CLEARED, f"{table}: {sorted(came)[:3]}"
    gone = [table for table, rows in erased.after.items() if len(rows) < len(erased.before[table])]
    assert {"dim_customers", "fct_orders", "fct_notes", "rfm", "customer_360"} <= set(gone)


CLEARED = {"customer_referrals"}
"""Whoever was referred by the person keeps the row, and loses by whom."""


def test_the_receipt_counts_and_names_nobody(company: Company, erased: Erased) -> None:
    receipt = erased.receipt
    assert receipt["landed"]["orders.customers"]["rows"] == 4, "of two deliveries"
    assert receipt["landed"]["crm_zoho.deals"] == {"rows": 0, "cleared": 1, "copies": 1, "mends": 0}
    assert receipt["rows"]["warehouse.core.dim_customers"] == 1
    assert canary.is_named(json.dumps(receipt).encode() + erased.said.encode()) == []
    assert "erased" in company.command("-m", "pipelines.audit")


def test_nobody_comes_back(company: Company, erased: Erased, tmp_path: Path) -> None:
    """Last in this file: the sources deliver the person once more, and an old backup returns."""
    restored = tmp_path / "restored"
    company.command("-m", "pipelines.backup.restore", "--out", str(restored))
    shutil.copytree(
        company.home / "secrets", restored / "secrets", dirs_exist_ok=True, symlinks=True
    )
    assert in_landing(restored, tmp_path), "the backup is of before the erasure"
    said = company.command("-m", "pipelines.backup.replay", home=restored)
    assert "builds and publications removed" in said
    assert in_bytes(restored) == {}
    assert in_tables(restored) == []
    assert in_landing(restored, tmp_path) == []

    canary.plant(company.instance.data)
    for file in company.instance.data.rglob("*"):
        if file.is_file():
            os.utime(file)
    again = company.instance.run()
    assert again.returncode == 0, again.stdout + again.stderr[-3000:]
    (company.home / "requests" / "request-1.json").unlink()
    assert in_bytes(company.home) == {}
    assert in_tables(company.home) == []
    assert in_landing(company.home, tmp_path) == []
    now = published(company.instance)
    assert len(now["dim_customers"]) == len(erased.after["dim_customers"])
