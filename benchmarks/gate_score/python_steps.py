"""The steps of a night that Python does: identity resolution, redaction and the value models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cache

import duckdb

from assets.enrich.churn import defs as churn
from assets.enrich.churn.calibrate import calibrate
from assets.enrich.defs import night_before
from assets.enrich.identity import defs as identity
from assets.enrich.identity.keys.commit import prepare_commit
from assets.enrich.identity.keys.ledger import read_ledger
from assets.enrich.identity.resolve import resolve
from assets.enrich.lifetime_value import defs as value
from assets.enrich.lifetime_value.build import build_value_tables
from assets.enrich.purchase_days import PURCHASE_DAYS
from assets.enrich.segments import defs as segments
from assets.enrich.segments.clusters import cluster_customers
from assets.enrich.tables import SCHEMA
from assets.privacy.redaction.columns import MarkedColumn, marked_columns
from assets.privacy.redaction.defs import redaction_deps
from assets.privacy.redaction.night import SCHEMA as REDACTION
from assets.privacy.redaction.night import redact_texts
from assets.warehouse.project import read_manifest
from benchmarks.gate_score.gates import LastGood
from pipelines.runtime.settings import Settings

Work = Callable[[duckdb.DuckDBPyConnection, Settings, date, LastGood | None], None]


@dataclass(frozen=True)
class PythonStep:
    """A step: its stage, what it reads, the schema that it writes, and what it does."""

    name: str
    stage: str
    needs: tuple[str, ...]
    writes: str
    work: Work


def _resolve(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, last: LastGood | None
) -> None:
    read_ledger(con, str(settings.key_ledger / "*.parquet"))
    before = last.folder / "vault.duckdb" if last else None
    with identity._attached(con, before) as cache:
        resolve(
            con,
            identity.INPUTS,
            as_of=as_of,
            timezone=settings.timezone,
            default_region=settings.phone_region,
            cache_schema=cache,
        )
    prepare_commit(con, as_of.isoformat())


def _redact(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, last: LastGood | None
) -> None:
    redact_texts(con, _marked())


@cache
def _marked() -> list[MarkedColumn]:
    return marked_columns(read_manifest())


def _value(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, last: LastGood | None
) -> None:
    with _before(con, last) as last_night:
        build_value_tables(con, PURCHASE_DAYS, as_of, value.value_settings(settings), last_night)


def _churn(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, last: LastGood | None
) -> None:
    con.execute(f"create schema if not exists {SCHEMA}").fetchall()
    calibrate(con, churn.INPUTS, as_of, settings.value_horizon_days)


def _segments(
    con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date, last: LastGood | None
) -> None:
    con.execute(f"create schema if not exists {SCHEMA}").fetchall()
    with _before(con, last) as last_night:
        cluster_customers(con, segments.INPUTS, as_of, last_night)


def _before(con: duckdb.DuckDBPyConnection, last: LastGood | None) -> nullcontext:
    return night_before(con, last.folder / "warehouse.duckdb" if last else None)  # type: ignore[return-value]


_OF_VAULT = ("staging", "identity")


def _tables(keys: Iterable) -> tuple[str, ...]:
    """The tables of asset keys: `core/fct_orders` is warehouse.core.fct_orders."""
    return tuple(
        f"{'vault' if key.path[0] in _OF_VAULT else 'warehouse'}.{'.'.join(key.path)}"
        for key in keys
    )


@cache
def python_steps() -> tuple[PythonStep, ...]:
    """The steps, in the order in which they run; it reads the manifest."""
    texts = _tables(redaction_deps(_marked()))
    return (
        PythonStep(
            "identity_resolution", "identity", _tables(identity._DEPS), "vault.identity", _resolve
        ),
        PythonStep("redacted_texts", "identity", texts, f"vault.{REDACTION}", _redact),
        PythonStep("lifetime_value", "enrich", _tables(value._DEPS), "warehouse.enrich", _value),
        PythonStep("churn_rule", "enrich", _tables(churn._DEPS), "warehouse.enrich", _churn),
        PythonStep(
            "behaviour_clusters", "enrich", _tables(segments._DEPS), "warehouse.enrich", _segments
        ),
    )
