"""A person whose name, phone and mail address stand in every text is in no result of any gate."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from expectations import identity, row_accounting
from expectations.core import suites as core
from expectations.engine.columns import columns_of
from expectations.engine.gate import run_suites
from expectations.engine.history import write_history
from expectations.engine.pictures import pictures_of
from expectations.engine.report import failures_as_markdown, rule_record, write_results
from expectations.engine.results import SuiteResult
from expectations.engine.rules import Suite
from expectations.enrich import suites as enrich
from expectations.learned.past import Past
from expectations.marts import suites as marts
from expectations.publish import suites as publish
from expectations.raw import suites as raw
from expectations.staging import suites as staging
from tests.unit.expectations.small_build import (
    CANARY_EMAIL,
    CANARY_NAME,
    CANARY_PHONE,
    DAY,
    OBJECTS,
    models,
    small_build,
    staging_models,
)

CANARIES = (CANARY_NAME, CANARY_PHONE, CANARY_EMAIL, "Ambervale", "canary.example")
PLANTED = f"call {CANARY_NAME} {CANARY_PHONE} {CANARY_EMAIL}"
SCHEMAS = {"vault": ("raw", "staging", "accounting"), "warehouse": ("core", "marts", "publish")}


def _yesterday(connection: duckdb.DuckDBPyConnection) -> Past:
    """The same build before anything was planted, as the last good one."""
    tables: dict[str, set[str]] = {}
    for catalog in ("vault", "warehouse"):
        connection.execute(f"attach ':memory:' as {catalog}_before").fetchall()
        connection.execute(f"copy from database {catalog} to {catalog}_before").fetchall()
    for name, column in connection.execute(
        "select database_name || '.' || schema_name || '.' || table_name, column_name"
        " from duckdb_columns() where database_name in ('vault', 'warehouse')"
    ).fetchall():
        tables.setdefault(name, set()).add(column)
    return Past(date(2017, 12, 30), {name: frozenset(columns) for name, columns in tables.items()})


def _plant(connection: duckdb.DuckDBPyConnection, every: int) -> int:
    """The canary in every text column of every table, in each row or in every so many-th one."""
    places = connection.execute(
        "select database_name, schema_name, table_name, column_name from duckdb_columns()"
        " where data_type = 'VARCHAR'"
    ).fetchall()
    chosen = [place for place in places if place[1] in SCHEMAS.get(place[0], ())]
    for catalog, schema, table, column in chosen:
        connection.execute(
            f'update {catalog}.{schema}."{table}" set "{column}" = ? where rowid % ? = 0',
            [PLANTED, every],
        ).fetchall()
    return len(chosen)


def _suites(connection: duckdb.DuckDBPyConnection, past: Past) -> dict[str, list[Suite]]:
    staged = columns_of(connection, "vault", "staging")
    kept, wide = (models(connection, schema) for schema in ("core", "marts"))
    origins = {model.name: model.relation for model in kept}
    return {
        "raw": raw.suites(OBJECTS[:1]),
        "staging": staging.suites(staging_models(), OBJECTS, DAY, past, staged),
        "row_accounting": row_accounting.suites(staging_models(), OBJECTS),
        "identity": identity.suites(past),
        "core": core.suites(kept, DAY, past),
        "enrich": enrich.suites(DAY, past),
        "marts": marts.suites(wide, DAY, past),
        "publish": publish.suites(connection, models(connection, "publish"), origins),
    }


def _said(results: list[SuiteResult]) -> list[str]:
    said = [failures_as_markdown(result) for result in results]
    said += [result.sentence for result in results]
    said += [str(rule_record(rule)) for result in results for rule in result.results]
    return said + [str(result) for result in results]


@pytest.mark.parametrize("every", [1, 2], ids=["every row", "every second row"])
def test_no_gate_repeats_what_stands_in_the_data(tmp_path: Path, every: int, caplog, capfd):
    connection = small_build()
    past = _yesterday(connection)
    assert _plant(connection, every) > 100
    said, failed = [], set()
    for boundary, suites in _suites(connection, past).items():
        results = run_suites(
            connection, suites, run_name="c", as_of=DAY.as_of, data_docs=tmp_path / boundary
        )
        write_results(results, tmp_path / f"{boundary}.json", "canary", DAY.as_of)
        history = write_history(results, tmp_path, boundary, "canary", DAY.as_of)
        said.append(str(duckdb.read_parquet(str(history)).fetchall()))
        said += _said(results)
        said += [str(pictures_of(connection, suite)) for suite in suites]
        failed |= {result.boundary for result in results if result.failures}
    assert failed >= {"staging", "core", "marts", "publish"}
    said += [caplog.text, *capfd.readouterr()]
    said += [f.read_bytes().decode("utf-8", "ignore") for f in tmp_path.rglob("*") if f.is_file()]
    assert len(said) > 500
    for canary in CANARIES:
        assert [text[:300] for text in said if canary.lower() in text.lower()] == []
