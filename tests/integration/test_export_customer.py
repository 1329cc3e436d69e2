"""Whatever the instance holds of a person is in their export: searched for without the leads."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets.privacy.export.export import collect
from assets.privacy.export.model import OTHER, Export
from assets.privacy.export.values import encoded
from assets.privacy.subject.leads import leads
from assets.privacy.subject.request import Request
from assets.raw.contract import each_object, load_contracts
from pipelines.runtime.settings import Settings, load_settings
from tests.integration import search_for_person as search
from tests.integration.company import Instance, new_instance


@pytest.fixture(scope="module")
def company(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """A small company that was run once."""
    folder = tmp_path_factory.mktemp("exported")
    shutil.copytree(small_files, folder / "data")
    instance = new_instance(folder / "data", folder / "home")
    done = instance.run()
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return instance


@pytest.fixture(scope="module")
def settings(company: Instance) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in company.environment.items():
            if name.startswith("C360_"):
                patch.setenv(name, value)
        yield load_settings()


@pytest.fixture(scope="module")
def build(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = settings.home / "builds" / settings.publish_current.resolve().name
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        for catalog in ("vault", "warehouse"):
            con.execute(f"attach '{folder / catalog}.duckdb' as {catalog} (read_only)")
        yield con


@pytest.fixture(scope="module")
def owned(settings: Settings, build: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """In which objects each customer has something, by what raw tables say as they stand."""
    return search.owned_objects(settings, build)


@pytest.fixture(scope="module")
def exports(settings: Settings, owned: dict[str, set[str]]) -> list[Export]:
    """People who together have something in every object: found greedily."""
    return [collect(settings, Request(customer_key=key), "test") for key in search.people(owned)]


def test_together_they_have_something_in_every_source_that_knows_people(
    settings: Settings, owned: dict[str, set[str]], exports: list[Export]
) -> None:
    named = {
        f"{contract.source}.{name}"
        for contract, name, obj in each_object(load_contracts(settings.sources))
        if leads(contract.source, obj)
    }
    somebodys = set().union(*owned.values())
    assert len(named - somebodys) <= 4, "of so few objects nothing is proven"
    held = {group.name for export in exports for group in export.held if group.layer == "landing"}
    assert somebodys - held == set()


def test_every_row_of_the_build_that_names_them_is_there(
    build: duckdb.DuckDBPyConnection, exports: list[Export]
) -> None:
    # All of them at once: a search through every column of every table takes its time.
    needles = {it for export in exports for it in search.needles(build, export.keys)}
    records: dict[str, list[Any]] = {}
    for group in (group for export in exports for group in export.groups):
        records.setdefault(group.name, []).extend(it.values for it in group.records)
    missing, found = {}, 0
    for table, rows in search.rows_with(build, needles):
        found += len(rows)
        if count := search.missing(rows, records.get(table, [])):
            missing[table] = count
    assert found > 1_000, "the search finds too little to prove anything"
    assert missing == {}, "rows that the exports lack, by table"


def test_every_landed_record_that_names_them_is_there(
    settings: Settings, build: duckdb.DuckDBPyConnection, exports: list[Export]
) -> None:
    lines = list(search.landed_lines(settings.home))
    for export in exports:
        needles = {
            it.lower() for it in search.needles(build, export.keys) if len(it) >= search.LONG
        }
        whole = re.compile(f'(?:^|[",])(?:{"|".join(map(re.escape, sorted(needles)))})(?:$|[",\r])')
        places = Counter(
            place.file
            for group in export.groups
            if group.layer == "landing"
            for record in group.records
            for place in record.places
        )
        named = Counter(file for file, line in lines if whole.search(line.decode(errors="replace")))
        assert named, "the person stands in no file at all"
        lacking = {file: count for file, count in named.items() if count > places[file]}
        assert lacking == {}, f"{export.customer_key}: landed records that the export lacks"


def test_nobody_else_is_named(build: duckdb.DuckDBPyConnection, exports: list[Export]) -> None:
    staff = build.execute(
        "select email from vault.raw.crm_zoho__users where email is not null"
    ).fetchall()
    owners = build.execute(
        "select identifier_type, identifier_value, list(distinct customer_key)"
        " from vault.identity.identifiers join vault.identity.customers_map"
        " using (source, source_record_id)"
        " where is_valid and is_current and identifier_type in ('email', 'unionid', 'loyalty_id')"
        " group by all"
    ).fetchall()
    for export in exports:
        others = {str(value) for _, value, keys in owners if not set(keys) & set(export.keys)}
        others |= {str(email) for (email,) in staff}
        for group in export.groups:
            for record in group.records:
                told = set(_texts(record.values)) & others
                assert not told, f"{group.name} tells of somebody else"
    held = [str(record.values) for it in exports for group in it.groups for record in group.records]
    assert any(OTHER in values for values in held)


def test_the_command_writes_it_for_the_owner_only_and_tells_no_value(
    company: Instance, build: duckdb.DuckDBPyConnection, exports: list[Export]
) -> None:
    [(email,)] = build.execute(
        "select email from vault.vault.customer_pii where customer_key = ?",
        [exports[0].customer_key],
    ).fetchall()
    requests = company.home / "requests"
    requests.mkdir(mode=0o700)
    (requests / "ask.json").touch(mode=0o600)
    (requests / "ask.json").write_text(json.dumps({"email": email}))

    done = company.export_customer("--file", "ask.json")
    assert done.returncode == 0, done.stderr[-3000:]
    [folder] = (company.home / "exports" / "customers").iterdir()
    assert str(folder) in done.stdout
    assert {it.name: stat.S_IMODE(it.stat().st_mode) for it in folder.iterdir()} == {
        "customer.json": 0o600,
        "customer.html": 0o600,
    }
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    said = json.loads((folder / "customer.json").read_bytes())
    assert said["customer"]["customer_key"] == exports[0].customer_key
    assert said["counts"]["records"] == exports[0].records
    assert list((company.home / "work").iterdir()) == [], "files in the clear were left behind"

    entry = json.loads((company.home / "audit" / "audit.ndjson").read_text().splitlines()[-1])
    assert entry["action"] == "exported_customer"
    assert entry["facts"]["records"] == exports[0].records
    assert exports[0].customer_key not in json.dumps(entry)

    told = done.stdout + done.stderr + json.dumps(entry) + _told_to_dagster(company.home, folder)
    held = {
        text
        for group in exports[0].groups
        if group.name == "vault.vault.customer_pii"
        for text in _texts(group.records[0].values)
        if len(text) >= search.LONG
    }
    values = {email, *(it for it in held if "@" in it or it.startswith("+"))}
    assert not [it for it in values if it in told]


def test_the_same_again_is_the_same(settings: Settings, exports: list[Export]) -> None:
    again = collect(settings, Request(customer_key=exports[0].customer_key), "test")
    assert encoded([it.values for group in again.groups for it in group.records]) == encoded(
        [it.values for group in exports[0].groups for it in group.records]
    )


def _told_to_dagster(home: Path, folder: Path) -> str:
    """All that Dagster keeps of the run: its configuration, events and metadata."""
    texts = []
    for file in sorted((home / "dagster").rglob("*.db")):
        with sqlite3.connect(file) as storage:
            texts += [line for line in storage.iterdump() if folder.name in line]
    assert texts, "the run is not in Dagster's storage"
    return "\n".join(texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for it in value.values():
            yield from _texts(it)
    elif isinstance(value, list):
        for it in value:
            yield from _texts(it)
    elif isinstance(value, str):
        yield value.strip()
