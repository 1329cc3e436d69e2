"""Whatever the instance holds of a person is in their export: searched for without the leads."""

from __future__ import annotations

import gzip
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
from assets.raw import sql
from assets.raw.contract import each_object, load_contracts
from assets.raw.landing import LandedFile, Manifest
from pipelines.runtime.key_ring import landing_keys
from pipelines.runtime.sealed_files import SUFFIX, read_sealed, sealed_files
from pipelines.runtime.settings import Settings, load_settings
from tests.integration.company import Instance, new_instance

LOOK_UP_LISTS = {"gate", "int_crm_people"}
"""Names and addresses of everybody, made anew every night: the export says that it lacks them."""

LONG = 8
"""A shorter value (a customer number) is looked for in columns of customer numbers only."""

NUMBERS = ("customer_id", "household_id", "user_id", "subject_value")


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
    return _owned(settings, build)


@pytest.fixture(scope="module")
def exports(settings: Settings, owned: dict[str, set[str]]) -> list[Export]:
    """People who together have something in every object: found greedily."""
    return [collect(settings, Request(customer_key=key), "test") for key in _people(owned)]


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
    needles = {it for export in exports for it in _needles(build, export.keys)}
    records: dict[str, list[Any]] = {}
    for group in (group for export in exports for group in export.groups):
        records.setdefault(group.name, []).extend(it.values for it in group.records)
    missing, found = {}, 0
    for table, rows in _rows_with(build, needles):
        found += len(rows)
        if count := _missing(rows, records.get(table, [])):
            missing[table] = count
    assert found > 1_000, "the search finds too little to prove anything"
    assert missing == {}, "rows that the exports lack, by table"


def test_every_landed_record_that_names_them_is_there(
    settings: Settings, build: duckdb.DuckDBPyConnection, exports: list[Export]
) -> None:
    lines = list(_landed_lines(settings.home))
    for export in exports:
        needles = {it.lower() for it in _needles(build, export.keys) if len(it) >= LONG}
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
        if len(text) >= LONG
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


def _people(owned: dict[str, set[str]]) -> list[str]:
    wanted = set().union(*owned.values())
    chosen: list[str] = []
    while wanted:
        best = max(sorted(owned), key=lambda key: len(owned[key] & wanted))
        chosen.append(best)
        wanted -= owned[best]
    assert len(chosen) <= 8, "so many exports take too long"
    return chosen


def _owned(settings: Settings, build: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    owned: dict[str, set[str]] = {}
    build.execute("""
        create or replace temp table known as
        select 'identifier:' || identifier_type as kind, identifier_value as value, customer_key
        from vault.identity.identifiers
        inner join vault.identity.customers_map using (source, source_record_id)
        where is_current and is_valid and not is_shared
        union
        select 'row:' || source, source_record_id, customer_key
        from vault.identity.customers_map where is_current
        union
        select 'row:' || source, source_record_id, customer_key
        from vault.identity.references_map where customer_key <> 'unknown'
        union
        select 'row:orders.order_headers', basket_id::varchar, customer_key
        from vault.raw.orders__order_headers
        inner join vault.identity.customers_map
            on source = 'orders.customers' and source_record_id = household_id::varchar
        where is_current
    """)
    for contract, name, obj in each_object(load_contracts(settings.sources)):
        for lead in leads(contract.source, obj):
            rows = build.execute(f"""
                select distinct customer_key
                from vault.raw.{contract.source}__{name} as raw
                inner join known
                    on known.kind = {lead.kinds}
                    and known.value = cast(raw.{sql.name(lead.column)} as varchar)
            """).fetchall()
            for (key,) in rows:
                owned.setdefault(key, set()).add(f"{contract.source}.{name}")
    return owned


def _needles(build: duckdb.DuckDBPyConnection, keys: tuple[str, ...]) -> set[str]:
    """What the build knows the person by, as standardised and as typed, others' left out."""
    rows = build.execute(
        """
        with records as (
            select source, source_record_id from vault.identity.customers_map
            where customer_key in (select unnest($keys)) and is_current
            union
            select source, source_record_id from vault.identity.references_map
            where customer_key in (select unnest($keys))
        ),

        carried as (
            select identifier_type, identifier_value,
                (source, source_record_id) in (select (source, source_record_id) from records)
                    as is_own
            from vault.identity.identifiers where is_valid
        )

        select source_record_id from records
        union
        select identifier_value from carried
        group by identifier_type, identifier_value
        having bool_and(is_own)
        union
        select substr(identifier_value, 4) from carried
        where identifier_type = 'phone' and starts_with(identifier_value, '+86')
        group by identifier_type, identifier_value
        having bool_and(is_own)
        union
        select unnest($keys)
        """,
        {"keys": list(keys)},
    ).fetchall()
    return {str(value) for (value,) in rows if value}


def _rows_with(
    build: duckdb.DuckDBPyConnection, needles: set[str]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows of every table of which a column is a needle, or a JSON text has a contact as value."""
    long = sorted(it for it in needles if len(it) >= LONG)
    short = sorted(it for it in needles if len(it) < LONG)
    inside = [it for it in long if "@" in it or (it.isdigit() and len(it) == 11)]
    build.execute("create or replace temp table long_needles as select unnest(?) as v", [long])
    tables = build.execute(
        "select database_name, schema_name, table_name from duckdb_tables()"
        " where database_name in ('vault', 'warehouse') order by all"
    ).fetchall()
    for catalog, schema, table in tables:
        if {schema, table} & LOOK_UP_LISTS:
            continue
        columns = build.execute(
            "select column_name, data_type from duckdb_columns()"
            " where (database_name, schema_name, table_name) = (?, ?, ?)",
            [catalog, schema, table],
        ).fetchall()
        hits = []
        for column, kind in columns:
            name = sql.name(column)
            if kind.startswith("VARCHAR") or kind in ("BIGINT", "HUGEINT"):
                hits.append(f"cast({name} as varchar) in (select v from long_needles)")
            if kind == "VARCHAR":
                hits += [f"contains(lower({name}), {sql.text(_quoted(it))})" for it in inside]
            if column.endswith(NUMBERS) and short:
                listed = ", ".join(map(sql.text, short))
                hits.append(f"cast({name} as varchar) in ({listed})")
        if hits:
            qualified = f"{catalog}.{schema}.{table}"
            cursor = build.execute(f"select * from {qualified} where {' or '.join(hits)}")
            names = [it[0] for it in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            if rows:
                yield qualified, rows


def _quoted(needle: str) -> str:
    """A whole value in a JSON text: a free text that only mentions somebody is not theirs."""
    return f'"{needle}"'


def _missing(rows: list[dict[str, Any]], records: list[Any]) -> int:
    """How many rows are not among the records, columns aside in which somebody else stands."""
    aside = {name for it in records for name, value in it.items() if _has_other(value)}
    left = Counter(_key(row, aside) for row in rows)
    left.subtract(Counter(_key(it, aside) for it in records))
    return sum(count for count in left.values() if count > 0)


def _has_other(value: Any) -> bool:
    return value == OTHER or (isinstance(value, dict) and OTHER in str(value))


def _key(row: Any, aside: set[str]) -> bytes:
    kept = {name: it for name, it in row.items() if name not in aside}
    if isinstance(kept.get("payload"), str):
        kept["payload"] = json.loads(kept["payload"])
    return encoded(kept)


def _landed_lines(home: Path) -> Iterator[tuple[str, bytes]]:
    """Every line of landed texts, in lower case, under the name that the export gives its file."""
    keys = landing_keys(home)
    for manifest in sorted((home / "landing").glob("*/*/manifest.ndjson")):
        for delivery in Manifest(manifest.parent).deliveries:
            if delivery.path.endswith((".parquet", ".xlsx")):
                continue
            landed = LandedFile(delivery, manifest.parent / delivery.landed_as, keys)
            for line in _lines(b"".join(read_sealed(landed.stored, keys))):
                yield delivery.path, line
    for file in sealed_files(home / "landing"):
        if file.name.endswith(f".ndjson.gz{SUFFIX}") and "streams" in file.parts:
            stream, pull = file.parts[-3], file.parts[-2]
            for line in _lines(b"".join(read_sealed(file, keys))):
                yield f"{stream.replace('~', '/')}/{pull}/{file.name[:8]}", line


def _lines(content: bytes) -> list[bytes]:
    plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return plain.lower().split(b"\n")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for it in value.values():
            yield from _texts(it)
    elif isinstance(value, list):
        for it in value:
            yield from _texts(it)
    elif isinstance(value, str):
        yield value.strip()
