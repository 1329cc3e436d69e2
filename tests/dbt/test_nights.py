"""Ten nights of shuffled, late, updated and deleted rows make the same core as one full load.

Only landing adds up (docs/decisions/0013-full-rebuilds.md); everything after it is built anew. So
whatever the nights brought, and in whichever order, must not show.
"""

# ruff: noqa: DTZ001 (raw timestamps are UTC without a zone)

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.enrich.identity.defs import INPUTS
from assets.enrich.identity.keys.ledger import read_ledger
from assets.enrich.identity.resolve import resolve
from assets.privacy.redaction.columns import marked_columns
from assets.privacy.redaction.night import redact_texts
from assets.raw.accounting import write_staged_accounting
from assets.raw.calendar.days import load_calendar
from assets.raw.contract import each_object, load_contracts
from assets.raw.contract_model import ObjectContract
from assets.raw.landing import LandedFile, land_object
from assets.raw.loading import load_object
from assets.warehouse.project import run_dbt
from tests.dbt.empty_world import write_empty_vault
from tests.dbt.manifest import DBT_PROJECT, Manifest
from tests.dbt.random_company import AS_OF, Row, pick, rows_of, u
from tests.dbt.test_unit_tests import DEMO_SOURCES

NIGHTS = 10
FIRST_NIGHT = datetime(2018, 1, 1, 2)
CALENDAR_FROM = date(2017, 9, 1)
SWEEP = "live_ids"
SEEN = (
    "dim_customers where is_deleted",
    "dim_customers where source_count > 1",
    "dim_customers_history where version_number > 1",
    "dim_accounts_history where version_number > 1",
    "dim_staff_history where version_number > 1",
    "fct_feedback where customer_key = 'unknown'",
    "fct_orders where refunded_amount > 0",
    "fct_order_lines where product_id = 'unknown'",
    "fct_web_sessions where stitch_rule = 'session_login'",
)
"""Rows that must be there: deleted, merged, changed, late, unknown."""

Objects = dict[tuple[str, str], ObjectContract]


def as_files() -> Objects:
    """Every object of the demo's contracts as JSON lines in a folder of its own.

    What has times adds up; what has none is a snapshot, replaced as a whole.
    """
    found: Objects = {}
    for contract, name, obj in each_object(load_contracts(DEMO_SOURCES)):
        plain = {"header": None, "format": None, "timezone": None}
        found[contract.source, name] = obj.model_copy(
            update={
                "path": f"{contract.source}/{name}/*.jsonl",
                "format": "jsonl",
                "encoding": "utf-8",
                "stream": None,
                "unnest": None,
                "delivery": "increment" if obj.event_at or obj.version else "snapshot",
                "optional": True,
                "columns": [column.model_copy(update=plain) for column in obj.columns],
            }
        )
    # The sweep of all ids comes last: it tells what is gone of what came before.
    return dict(sorted(found.items(), key=lambda item: item[0][1] == SWEEP))


class World:
    """One instance: its drop folder, its landing, and the databases of its newest build."""

    def __init__(self, folder: Path, parsed: Any) -> None:
        self.folder = folder
        self.parsed = parsed
        self.data = folder / "drop"
        self.build = folder / "build"
        self.build.mkdir(parents=True)
        self.landed: dict[tuple[str, str], list[LandedFile]] = {}
        write_empty_vault(self.build, DEMO_SOURCES)

    def deliver(self, source: str, name: str, file: str, rows: Iterable[Row]) -> None:
        folder = self.data / source / name
        folder.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / file).write_text("".join(f"{line}\n" for line in lines))

    def land(self, objects: Objects, landed_at: datetime) -> None:
        """Land what is in the drop folder: the only thing that adds up."""
        home = self.folder / "home"
        for (source, name), obj in objects.items():
            moment = landed_at + timedelta(hours=name == SWEEP)
            self.landed[source, name] = land_object(home, self.data, source, name, obj, moment)

    def load(self, objects: Objects) -> None:
        """Load raw from all that ever landed."""
        with duckdb.connect() as con:
            con.execute(f"attach '{self.build / 'vault.duckdb'}' as vault").fetchall()
            for (source, name), obj in objects.items():
                landed = self.landed[source, name]
                load_object(con, source, name, obj, landed, "night", self.folder)
            load_calendar(con, CALENDAR_FROM, AS_OF, "night")

    def transform(self) -> None:
        """Staging, identity and core: all of it anew."""
        self._dbt("resource_type:seed path:models/staging path:models/intermediate/identity_inputs")
        with duckdb.connect() as con:
            con.execute(f"attach '{self.build / 'vault.duckdb'}' as vault").fetchall()
            read_ledger(con)
            resolve(con, INPUTS, AS_OF, "America/New_York")
            redact_texts(
                con, marked_columns(self.parsed.writable_manifest().to_dict(omit_none=False))
            )
        self._dbt("+path:models/core")

    def _dbt(self, select: str) -> None:
        places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
        scratch = ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder)]
        variables = ["--vars", json.dumps({"build_dir": str(self.build), "as_of": str(AS_OF)})]
        wanted = ["build", "--exclude-resource-type", "test", "unit_test", "--select"]
        run = ["--log-level", "none", "--no-write-json", *wanted, *select.split()]
        outcome = run_dbt([*run, *places, *scratch, *variables], self.parsed)
        failed = [
            f"{result.node.name}: {result.message}"
            for result in getattr(outcome.result, "results", None) or []
            if str(result.status) != "success"
        ]
        assert outcome.success, "\n".join(failed) or outcome.exception


def night_of(source: str, name: str, *words: object) -> int:
    """The night on which a row arrives, whenever it happened; an object has four such nights."""
    nights = sorted(range(NIGHTS), key=lambda night: u(source, name, night))[:4]
    return int(pick(nights, source, name, *words, "night"))


def tonight(source: str, name: str, obj: ObjectContract, night: int) -> list[Row]:
    """What a night delivers of an object, in the order of that night."""
    if obj.delivery == "snapshot":
        # Until the last night rows are missing, and say something else.
        is_last = night == NIGHTS - 1
        state = 0 if is_last else 1 + night
        rows = [
            row
            for number, row in enumerate(rows_of(source, name, obj, state))
            if is_last or u(source, name, number, night, "missing") < 0.7
        ]
    else:
        # A fifth of the rows comes twice.
        rows = [
            row
            for number, row in enumerate(rows_of(source, name, obj))
            if night == night_of(source, name, number)
            or (u(number, "twice") < 0.2 and night == night_of(source, name, number, "again"))
        ]
    return sorted(rows, key=lambda row: u(json.dumps(row), night))


@pytest.fixture(scope="module")
def worlds(parsed: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    objects = as_files()
    nightly, full = (World(tmp_path_factory.mktemp(name), parsed) for name in ("nightly", "full"))
    for night in range(NIGHTS):
        for (source, name), obj in objects.items():
            file = "all" if obj.delivery == "snapshot" else f"night_{night}"
            if rows := tonight(source, name, obj, night):
                nightly.deliver(source, name, f"{file}.jsonl", rows)
        nightly.land(objects, FIRST_NIGHT + timedelta(days=night))
    # A load replaces all of the one before, so that of the last night is the only one to make.
    nightly.load(objects)
    nightly.transform()
    for (source, name), obj in objects.items():
        full.deliver(source, name, "all.jsonl", rows_of(source, name, obj))
    full.land(objects, FIRST_NIGHT + timedelta(days=NIGHTS))
    full.load(objects)
    full.transform()
    return nightly, full


@pytest.fixture(scope="module")
def both(worlds: tuple[World, World]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        for name, world in zip(("nightly", "one_load"), worlds, strict=True):
            path = world.build / "warehouse.duckdb"
            con.execute(f"attach '{path}' as {name} (read_only)").fetchall()
        yield con


def difference(con: duckdb.DuckDBPyConnection, one: str, other: str) -> int:
    """How many rows stand in one of the two tables only, each as often as it does."""
    ((count,),) = con.execute(
        f"select (select count(*) from (from {one} except all from {other}))"
        f" + (select count(*) from (from {other} except all from {one}))"
    ).fetchall()
    return int(count)


def test_ten_nights_make_the_core_of_one_full_load(
    manifest: Manifest, both: duckdb.DuckDBPyConnection
) -> None:
    differing = {}
    for model in manifest.models("core"):
        one, other = (f"{world}.core.{model['name']}" for world in ("nightly", "one_load"))
        if count := difference(both, one, other):
            differing[model["name"]] = count
    assert not differing


def test_the_comparison_sees_rows_of_every_kind(both: duckdb.DuckDBPyConnection) -> None:
    """A test of empty tables would prove nothing."""
    empty = both.execute(
        "select table_name from duckdb_tables()"
        " where database_name = 'one_load' and schema_name = 'core' and estimated_size = 0"
        " and regexp_matches(table_name, '^(dim|fct)_')"
    ).fetchall()
    assert not empty
    missing = [
        query
        for query in SEEN
        if both.execute(f"select count(*) from one_load.core.{query}").fetchall() == [(0,)]
    ]
    assert not missing


def test_redaction_looked_at_every_free_text(
    manifest: Manifest, both: duckdb.DuckDBPyConnection
) -> None:
    """A column that is handed over redacted, and is not marked in staging, shows here."""
    texts = sorted(
        (model["name"], column)
        for model in manifest.models("core")
        for column, described in model["columns"].items()
        if described["data_type"] == "varchar"
    )
    said = {}
    for table, column in texts:
        [said[table, column]] = both.execute(
            f"select count({column}), count_if(contains({column}, '[unscanned]'))"
            f" from one_load.core.{table}"
        ).fetchall()
    assert not [where for where, (_, unscanned) in said.items() if unscanned]
    handed_over = {
        *(("fct_notes", "title_text"), ("fct_notes", "note_text")),
        *(("fct_service_tickets", f"{part}_text") for part in ("subject", "description")),
        *(("fct_feedback", "comment_text"), ("fct_social_interactions", "body_text")),
        *(("fct_activities", "activity_text"), ("fct_opportunities", "opportunity_text")),
        *(("dim_campaigns", "campaign_content"), ("dim_accounts", "account_name")),
    }
    assert not {where for where in handed_over if not said[where][0]}, "a test without texts"


def test_a_row_that_a_night_lost_is_seen(
    manifest: Manifest, both: duckdb.DuckDBPyConnection
) -> None:
    both.execute("attach ':memory:' as lossy").fetchall()
    both.execute("create schema lossy.core").fetchall()
    both.execute(
        "create table lossy.core.fct_orders as select * from nightly.core.fct_orders limit 5"
    ).fetchall()
    assert difference(both, "lossy.core.fct_orders", "one_load.core.fct_orders") > 0


def test_every_row_is_accounted_for_on_its_way_to_staging(worlds: tuple[World, World]) -> None:
    """Rows after the business date wait, doubled ones are merged, all others are staged."""
    contracts = load_contracts(DEMO_SOURCES)
    with duckdb.connect() as con:
        con.execute(f"attach '{worlds[0].build / 'vault.duckdb'}' as vault").fetchall()
        write_staged_accounting(con, contracts, AS_OF, "America/New_York")
        unbalanced = con.execute(
            "select source || '.' || object, rows_raw, rows_after_as_of, rows_merged, rows_staged"
            " from vault.accounting.staged"
            " where rows_raw <> rows_after_as_of + rows_merged + rows_staged"
        ).fetchall()
        waiting, merged = con.execute(
            "select sum(rows_after_as_of), sum(rows_merged) from vault.accounting.staged"
        ).fetchall()[0]
    assert not unbalanced
    assert waiting > 50
    assert merged > 50
