"""A delete and an undelete in a CRM arrive: people not to link, companies and deals to leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.raw.contract import load_contracts
from assets.raw.contract_model import SourceContract
from assets.raw.loading import load_object
from assets.raw.retention import Horizon
from assets.raw.streams import pull_object
from assets.warehouse.project import run_dbt
from demo.servers.fxiaoke import FxiaokeServer
from demo.servers.zoho import ZohoServer
from tests.dbt.empty_world import write_empty_vault
from tests.dbt.manifest import DBT_PROJECT
from tests.dbt.test_unit_tests import DEMO_SOURCES

NEEDED = {
    "crm_zoho": ("contacts", "leads", "accounts", "deals", "deletions", "live_ids"),
    "crm_fxiaoke": (
        *("contacts", "leads", "accounts", "opportunities"),
        *("field_options", "live_ids"),
    ),
}
MODULES = {"contacts": "Contacts", "accounts": "Accounts", "deals": "Deals"}
OBJECTS = {"contacts": "ContactObj", "accounts": "AccountObj", "opportunities": "NewOpportunityObj"}
CONNECTED = datetime(2017, 6, 1, tzinfo=UTC)
NAMES = ("left", "purged", "vanished", "came back", "came back edited", "stays")


class Company:
    """Two CRM systems on one clock, and an instance that pulls them."""

    def __init__(self, folder: Path, parsed: Any) -> None:
        self.folder = folder
        self.parsed = parsed
        self.now = CONNECTED
        self.zoho = ZohoServer(clock=lambda: self.now)
        self.fxiaoke = FxiaokeServer(clock=lambda: self.now)
        self.contracts = {c.source: c for c in load_contracts(DEMO_SOURCES)}
        write_empty_vault(folder, DEMO_SOURCES)

    def pull(self) -> None:
        """What a night lands and loads; afterwards it is the next day."""
        urls = {"DEMO_ZOHO_URL": self.zoho.url, "DEMO_FXIAOKE_URL": self.fxiaoke.url}
        with duckdb.connect() as con:
            con.execute(f"attach '{self.folder / 'vault.duckdb'}' as vault").fetchall()
            for source, names in NEEDED.items():
                for name in names:
                    self._pull_one(con, self.contracts[source], name, urls)
        self.now += timedelta(days=1)

    def _pull_one(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: SourceContract,
        name: str,
        urls: dict[str, str],
    ) -> None:
        self.now += timedelta(minutes=1)
        landed = pull_object(self.folder / "home", contract, name, urls.get, lambda: self.now)
        load_object(
            *(con, contract.source, name, contract.objects[name], landed, "night", self.folder),
            horizon=Horizon(self.now.date(), "Asia/Shanghai"),
        )

    def deleted(self) -> set[tuple[str, str]]:
        """What dbt makes of it."""
        places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        scratch = ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder)]
        variables = ["--vars", json.dumps({"build_dir": str(self.folder)})]
        wanted = ["+int_identity_deleted_records", "+int_crm_deleted_records"]
        run = ["--log-level", "none", "run", "--select", *wanted]
        outcome = run_dbt([*run, *places, *scratch, *variables], self.parsed)
        assert outcome.success, outcome.exception
        with duckdb.connect(str(self.folder / "vault.duckdb"), read_only=True) as vault:
            return set(
                vault.execute(
                    "select source, source_record_id from identity.int_identity_deleted_records"
                    " union all select source, source_record_id"
                    " from handover.int_crm_deleted_records"
                ).fetchall()
            )


def number(place: int) -> str:
    return str(3_652_397_010_000_000_001 + place)


def fill(company: Company) -> None:
    created = {"Created_Time": "2017-05-01T08:00:00+08:00"}
    unchanged = {"Modified_Time": "2017-05-02T08:00:00+08:00"}
    milliseconds = {"create_time": 1_493_596_800_000, "last_modified_time": 1_493_683_200_000}
    for place, name in enumerate(NAMES):
        record: dict[str, Any] = {"id": number(place), "Full_Name": name} | created | unchanged
        for module in MODULES.values():
            company.zoho.store.upsert(module, record, touch=False)
        alive = {"life_status": "normal", "is_deleted": False}
        for obj in OBJECTS.values():
            company.fxiaoke.put(obj, {"_id": name, "name": name} | alive | milliseconds)
    lead = {"id": number(90), "Full_Name": "lead"} | created | unchanged
    company.zoho.store.upsert("Leads", lead, touch=False)
    company.fxiaoke.put("LeadsObj", {"_id": "lead", "name": "lead"} | alive | milliseconds)
    for name in ("ActiveRecordObj", "PersonnelObj"):
        company.fxiaoke.describes[name] = {}
    for custom in ("Shop_Customer_Id", "Wechat_Unionid"):
        company.zoho.store.module("Contacts").fields[custom] = "text"


def delete(company: Company) -> None:
    store = company.zoho.store
    for name, kind in [
        ("left", "recycle"),
        ("purged", "permanent"),
        ("came back", "recycle"),
        ("came back edited", "recycle"),
    ]:
        for module in MODULES.values():
            store.delete(module, number(NAMES.index(name)), kind)
        for obj in OBJECTS.values():
            company.fxiaoke.delete(obj, name)
    for module in MODULES.values():
        store.module(module).take(number(NAMES.index("vanished")))
    for obj in OBJECTS.values():
        company.fxiaoke.void(obj, "vanished")


def restore(company: Company) -> None:
    store = company.zoho.store
    for module in MODULES.values():
        store.undelete(module, number(NAMES.index("came back")), touch=False)
        store.undelete(module, number(NAMES.index("came back edited")), touch=True)
    for obj in OBJECTS.values():
        company.fxiaoke.restore(obj, "came back")
        company.fxiaoke.restore(obj, "came back edited")


@pytest.fixture
def company(tmp_path: Path, parsed: Any) -> Iterator[Company]:
    made = Company(tmp_path, parsed)
    with made.zoho, made.fxiaoke:
        fill(made)
        yield made


def test_deletes_and_undeletes_arrive(company: Company) -> None:
    company.pull()
    delete(company)
    company.now += timedelta(hours=1)
    company.pull()
    restore(company)
    company.now += timedelta(hours=1)
    company.pull()

    gone = ("left", "purged", "vanished")
    expected = {(f"crm_zoho.{m}", number(NAMES.index(name))) for m in MODULES for name in gone}
    expected |= {(f"crm_fxiaoke.{obj}", name) for obj in OBJECTS for name in gone}
    assert company.deleted() == expected
