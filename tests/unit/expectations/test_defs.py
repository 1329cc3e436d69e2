from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from expectations.defs import CHECK_NAME, build_gates
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings
from tests.unit.expectations.small_build import CANARY_NAME, CANARY_PHONE

REFUNDS = SimpleNamespace(
    columns=[SimpleNamespace(name="refund_id", type="varchar")],
    money=[],
    optional=False,
    max_quarantined_ratio=0.1,
    event_at=None,
    stream=None,
    delivery="snapshot",
    is_required=lambda column: True,
    column=lambda name: REFUNDS.columns[0],
)
CONTRACTS = [SimpleNamespace(source="orders", objects={"refunds": REFUNDS})]


def _node(database: str, schema: str, name: str, depends_on: tuple[str, ...] = ()) -> dict:
    return {
        "resource_type": "model",
        "database": database,
        "schema": schema,
        "name": name,
        "alias": name,
        "depends_on": {"nodes": list(depends_on)},
        "config": {},
    }


MANIFEST = {
    "sources": {"source.orders.refunds": {"source_name": "orders", "name": "refunds"}},
    "nodes": {
        "a": _node("vault", "staging", "stg_orders__refunds", ("source.orders.refunds",)),
        "b": _node("warehouse", "core", "dim_stores"),
        "c": _node("warehouse", "marts", "rfm"),
        "d": _node("warehouse", "publish", "dim_stores"),
        "e": {"resource_type": "test", "schema": "core"},
    },
}


class StubPipeline(PipelineResource):
    """A pipeline whose home is a temporary folder."""

    home: str

    def settings(self) -> Settings:
        return Settings(
            _env_file=None,
            home=Path(self.home),
            sources=Path("sources"),
            data=Path("data"),
            timezone="America/New_York",
            reporting_currency="USD",
            first_date=date(2016, 11, 1),
            as_of=date(2017, 12, 31),
        )


def _landing(statements: list[str]) -> dg.AssetsDefinition:
    def _write(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> None:
        with pipeline.build(context.run_id).connect() as connection:
            for statement in statements:
                connection.execute(statement).fetchall()

    _write.__annotations__ = {"context": dg.AssetExecutionContext, "pipeline": StubPipeline}
    return dg.asset(key=keys.raw_key("orders", "refunds"), name=None)(_write)


@dg.asset(key=keys.raw_key("calendar", "days"))
def calendar_days() -> None:
    """Written with the other raw table."""


@dg.asset(key=keys.staging_key("orders", "refunds"), deps=[keys.raw_key("orders", "refunds")])
def staged() -> None:
    """What must not start when the gate is closed."""


def _statements(refund_id: str, quarantined: int) -> list[str]:
    return [
        *(f"create schema if not exists vault.{s}" for s in ("raw", "quarantine", "accounting")),
        f"create table vault.raw.orders__refunds as select {refund_id} as refund_id",
        "create table vault.quarantine.orders__refunds as select 'wrong_type' as rule,"
        f" 'amount is no decimal' as reason, '{CANARY_NAME} {CANARY_PHONE}' as payload"
        f" from range({quarantined})",
        "create table vault.raw.calendar__days as select date '2017-12-31' as date_day",
        "create table vault.quarantine.calendar__days as"
        " select '' as rule, '' as reason from range(0)",
        "create table vault.accounting.landed as select 'orders' as source, 'refunds' as object,"
        f" {1 + quarantined} as rows_read, 1 as rows_loaded, {quarantined} as rows_quarantined,"
        " 0 as rows_expired, 0::decimal(38, 2) as money_expired,"
        " null as money_column union all select 'calendar', 'days', 1, 1, 0, 0, 0, null",
    ]


def _run(tmp_path: Path, refund_id: str = "'R1'", quarantined: int = 0):
    gate = build_gates(CONTRACTS, MANIFEST)[0]
    return dg.materialize(
        [_landing(_statements(refund_id, quarantined)), calendar_days, staged, gate],
        resources={"pipeline": StubPipeline(home=str(tmp_path))},
        raise_on_error=False,
    )


def _evaluation(result, source: str = "orders", name: str = "refunds"):
    wanted = keys.raw_key(source, name)
    return next(e for e in result.get_asset_check_evaluations() if e.asset_key == wanted)


def _ran(result) -> set[str]:
    return {event.step_key for event in result.get_step_success_events()}


def test_there_is_one_gate_for_each_boundary_in_flow_order():
    gates = build_gates(CONTRACTS, MANIFEST)
    assert [gate.op.name for gate in gates] == [
        "gate_raw",
        "gate_staging",
        "gate_row_accounting",
        "gate_identity",
        "gate_core",
        "gate_enrich",
        "gate_marts",
        "gate_publish",
    ]
    checked = [{key.asset_key.to_user_string() for key in gate.check_keys} for gate in gates]
    assert checked == [
        {"raw/orders/refunds", "raw/calendar/days"},
        {"staging/stg_orders__refunds"},
        {"staging/row_accounting"},
        {"identity/customers_map"},
        {"core/dim_stores"},
        {
            "enrich/customer_value_predictions",
            "enrich/value_model_parameters",
            "enrich/value_model_backtests",
        },
        {"marts/rfm"},
        {"publish/dim_stores"},
    ]


def test_every_check_blocks_and_takes_its_turn_to_write():
    for gate in build_gates(CONTRACTS, MANIFEST):
        assert all(spec.blocking and spec.name == CHECK_NAME for spec in gate.check_specs)
        assert gate.op.pool == keys.WRITER_POOL


def test_good_data_pass_and_the_next_stage_runs(tmp_path):
    result = _run(tmp_path)
    assert result.success
    assert "staging__stg_orders__refunds" in _ran(result)
    evaluation = _evaluation(result)
    assert evaluation.passed
    assert evaluation.description == "orders.refunds: all 5 rules hold"


def test_a_broken_row_stops_the_next_stage(tmp_path):
    result = _run(tmp_path, refund_id="null::varchar")
    assert not result.success
    assert "staging__stg_orders__refunds" not in _ran(result)
    evaluation = _evaluation(result)
    assert evaluation.severity is dg.AssetCheckSeverity.ERROR
    assert "refund_id is empty in 1 rows" in evaluation.description
    assert "the contract of orders" in evaluation.description
    assert _evaluation(result, "calendar", "days").passed, "the others still say how they are"


def test_results_are_kept_in_the_folder_of_the_run_without_values(tmp_path):
    result = _run(tmp_path, quarantined=2)
    assert not result.success
    evaluation = _evaluation(result)
    assert (
        "2 of 3 rows quarantined (66.67 %, allowed 10.00 %): amount is no decimal (wrong_type) 2"
        in evaluation.description
    )
    folder = tmp_path / "quality" / result.run_id
    assert (folder / "raw.json").is_file()
    assert (folder / "data_docs" / "raw" / "index.html").is_file()
    said = [str(evaluation)]
    said += [str(event) for event in result.all_events]
    said += [
        file.read_bytes().decode("utf-8", "ignore") for file in folder.rglob("*") if file.is_file()
    ]
    assert not [text for text in said if CANARY_NAME in text or CANARY_PHONE in text]


@pytest.mark.parametrize("name", ["rules", "result", "rules_checked", "rules_failed", "data_docs"])
def test_the_check_shows_its_rules(tmp_path, name):
    metadata = _evaluation(_run(tmp_path)).metadata
    assert name in metadata
    rules = metadata["rules"].records
    assert rules[0].data["it must hold that"] == "at least one row was loaded"


def test_rules_that_do_not_hold_are_on_top(tmp_path):
    rules = _evaluation(_run(tmp_path, quarantined=2)).metadata["rules"].records
    assert [rule.data["holds"] for rule in rules] == sorted(rule.data["holds"] for rule in rules)
    assert not rules[0].data["holds"]


def test_a_run_of_one_source_checks_that_source_only(tmp_path):
    gate = build_gates(CONTRACTS, MANIFEST)[0]
    result = dg.materialize(
        [_landing(_statements("'R1'", 0)), calendar_days, gate],
        resources={"pipeline": StubPipeline(home=str(tmp_path))},
        selection=dg.AssetSelection.key_prefixes(["raw", "orders"]),
    )
    checked = {e.asset_key for e in result.get_asset_check_evaluations()}
    assert checked == {keys.raw_key("orders", "refunds")}
