"""Dagster assets of the churn rule: one step that measures the rules and applies one."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.enrich.churn.calibrate import Calibration, calibrate
from assets.enrich.churn.inputs import Inputs
from assets.enrich.churn.plot import plot_rules
from assets.enrich.churn.tables import (
    CHURN_RULE_BACKTESTS,
    CHURN_RULE_CHOICE,
    CHURN_THRESHOLDS,
    TABLES,
)
from assets.enrich.defs import markdown, model_card, spec
from assets.enrich.purchase_days import PURCHASE_DAYS, category_days
from assets.enrich.tables import SCHEMA
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource

INPUTS = Inputs(
    # As the stages, which valid orders set: a free order is none.
    purchase_days=f"(select * from {PURCHASE_DAYS} where net_amount > 0)",
    category_days=category_days("coalesce(products.product_category, products.department)"),
    rules="warehouse.reference.lifecycle_rules",
)
_DEPS = [
    *(
        dg.AssetKey([keys.CORE, model])
        for model in ("customer_purchase_days", "fct_order_lines", "dim_products")
    ),
    dg.AssetKey(["reference", "lifecycle_rules"]),
]


@dg.multi_asset(
    name="churn_rule",
    specs=[spec(table, _DEPS) for table in TABLES],
    pool=keys.WRITER_POOL,
)
def churn_rule(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> Iterator[dg.MaterializeResult]:
    """Measure which silence means that a customer is lost, and apply it to every purchase day."""
    settings = pipeline.settings()
    as_of = pipeline.as_of(context)
    with pipeline.build(context.run_id).connect() as con:
        con.execute(f"create schema if not exists {SCHEMA}").fetchall()
        found = calibrate(con, INPUTS, as_of, settings.value_horizon_days)
        counts = {
            table.name: con.execute(f"select count(*) from {table.relation}").fetchall()[0][0]
            for table in TABLES
        }
        bases = con.execute(
            "select churn_basis, count(*), min(churn_after_days), median(churn_after_days),"
            f" max(churn_after_days) from {CHURN_THRESHOLDS.relation} group by all order by all"
        ).fetchall()
    f1 = found.choice.f1
    measured = "not measured" if f1 is None else f"F1 {f1:.3f}"
    context.log.info(f"Churn rule: {found.choice.candidate.name}, {measured}")
    details = _details(found, bases)
    for table in TABLES:
        yield dg.MaterializeResult(
            asset_key=[keys.ENRICH, table.name],
            metadata={"dagster/row_count": counts[table.name], **details[table.name]},
        )


def _details(found: Calibration, bases: list[tuple[Any, ...]]) -> dict[str, dict[str, Any]]:
    figures = [
        (
            score.candidate.name,
            score.split.number,
            str(score.split.cut),
            score.customers,
            score.lost,
            score.flagged,
            "" if score.f1 is None else f"{score.f1:.3f}",
        )
        for score in found.scores
    ]
    header = ("candidate", "split", "cut", "customers", "lost", "flagged", "F1")
    choice = found.choice
    return {
        CHURN_RULE_BACKTESTS.name: {
            "rules": markdown(header, figures),
            "picture": dg.MetadataValue.md(plot_rules(found.scores, choice)),
        },
        CHURN_RULE_CHOICE.name: {
            "card": model_card(
                f"Rule of churn 流失规则: {choice.candidate.name}",
                use="the stage churned and its first day; who may leave next is in churn_risk",
                data=f"purchase days up to {found.calibrated_on}, the last whole month",
                quality=choice.reason,
                limits=(
                    "chosen on the cuts that it is measured on; past stages are told by this "
                    "month's rule; silence has no reasons"
                ),
            ),
            "rule": choice.candidate.name,
            "calibrated_on": str(found.calibrated_on),
            "reason": choice.reason,
            **({} if choice.f1 is None else {"f1": round(choice.f1, 4)}),
        },
        CHURN_THRESHOLDS.name: {
            "days_by_basis": markdown(("basis", "days", "least", "median", "most"), bases),
        },
    }
