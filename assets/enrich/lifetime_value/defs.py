"""Dagster assets of customer lifetime value: one step that tests, fits and predicts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb

from assets.enrich.defs import markdown, model_card, night_before, spec
from assets.enrich.lifetime_value.settings import ValueSettings
from assets.enrich.lifetime_value.tables import (
    BACKTESTS,
    DECILES,
    PARAMETERS,
    PREDICTIONS,
    TABLES,
)
from assets.enrich.purchase_days import PURCHASE_DAYS
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource
from pipelines.runtime.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from assets.enrich.lifetime_value.build import ValueNight

_DEPS = [dg.AssetKey([keys.CORE, "customer_purchase_days"])]


def value_settings(settings: Settings) -> ValueSettings:
    """What the instance's settings say to the value models."""
    return ValueSettings(
        horizon_days=settings.value_horizon_days,
        annual_discount_rate=settings.value_discount_rate,
        default_margin_ratio=settings.default_margin_ratio,
        clv_months=settings.value_clv_months,
        calibration_limit=settings.value_calibration_limit,
    )


@dg.multi_asset(
    name="lifetime_value",
    specs=[spec(table, _DEPS) for table in TABLES],
    pool=keys.WRITER_POOL,
)
def lifetime_value(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> Iterator[dg.MaterializeResult]:
    """Let every candidate predict the past, keep the best, and predict what is to come."""
    from assets.enrich.lifetime_value.backtest.plots import plot_candidates, plot_deciles
    from assets.enrich.lifetime_value.build import build_value_tables
    from assets.enrich.lifetime_value.report import write_report

    settings = pipeline.settings()
    as_of = pipeline.as_of(context)
    build = pipeline.build(context.run_id)
    report = settings.home / "quality" / build.run_id / "value_models.html"
    with build.connect() as con:
        with night_before(con, pipeline.live_warehouse(context.run_id)) as last_night:
            night = build_value_tables(
                con, PURCHASE_DAYS, as_of, value_settings(settings), last_night
            )
        backtest = night.backtest
        drawn = {
            "Predicted and actual amount by tenth": plot_deciles(backtest.deciles, backtest.chosen),
            "Candidates and naive rules": plot_candidates(backtest.rows),
        }
        pictures = {caption: png for caption, png in drawn.items() if png is not None}
        page = write_report(con, as_of, backtest.reason, pictures)
        details = _details(con)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(page, encoding="utf-8")
    context.log.info(f"Value model: {backtest.chosen}. {backtest.reason}")
    details[PREDICTIONS.name]["card"] = _card(night, as_of, settings)
    details[BACKTESTS.name] |= {
        "chosen": backtest.chosen,
        "reason": backtest.reason,
        "report": dg.MetadataValue.path(str(report)),
    }
    for table, (caption, png) in zip((DECILES, BACKTESTS), drawn.items(), strict=True):
        if png is not None:
            details[table.name]["picture"] = _picture(caption, png)
    for table in TABLES:
        yield dg.MaterializeResult(
            asset_key=[keys.ENRICH, table.name],
            metadata={"dagster/row_count": night.row_counts[table.name], **details[table.name]},
        )


def _details(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """What the page of each asset shows: counts, totals and parameters."""
    backtests = con.execute(
        f"""
        select split_number, cast(cut_date as varchar), horizon_days, candidate,
            case when is_chosen then 'in use' else kind end,
            round(order_calibration, 3), round(net_calibration, 3), round(mae, 2), round(rmse, 2),
            round(normalised_gini, 3), round(auc, 3), round(brier, 4), round(interval_coverage, 3)
        from {BACKTESTS.relation}
        order by split_number, kind, rmse, candidate
        """
    ).fetchall()
    parameters = con.execute(
        f"""
        select model_name, segment, parameter_name, round(estimate, 5), round(standard_error, 5),
            round(log_likelihood, 2), cast(fitted_on as varchar), message
        from {PARAMETERS.relation}
        where is_used or fitted_on = as_of_date
        order by model_name, segment, fitted_on, parameter_number
        """
    ).fetchall()
    totals = con.execute(
        f"""
        select segment, model_name, count(*), round(sum(expected_orders_12m)),
            sum(expected_margin_12m), sum(clv)
        from {PREDICTIONS.relation}
        group by segment, model_name
        order by segment
        """
    ).fetchall()
    return {
        PREDICTIONS.name: {
            "totals": markdown(
                ("segment", "model", "buyers", "orders 12m", "margin 12m", "lifetime value"), totals
            ),
        },
        PARAMETERS.name: {
            "fits": markdown(
                (
                    "model",
                    "segment",
                    "parameter",
                    "estimate",
                    "standard error",
                    "log-likelihood",
                    "fitted on",
                    "it says",
                ),
                parameters,
            ),
        },
        BACKTESTS.name: {
            "backtests": markdown(
                (
                    "split",
                    "cut",
                    "days",
                    "candidate",
                    "",
                    "orders",
                    "amount",
                    "MAE",
                    "RMSE",
                    "Gini",
                    "AUC",
                    "Brier",
                    "interval",
                ),
                backtests,
            ),
        },
        DECILES.name: {},
    }


def _card(night: "ValueNight", as_of: "date", settings: Settings) -> dg.MarkdownMetadataValue:
    """The card of the model in use, with the figures of the first split of its back-test."""
    backtest = night.backtest
    first = [row for row in backtest.rows if row["is_chosen"] and row["split_number"] == 1]
    figures = [
        f"of the {row['horizon_days']} days after {row['cut_date']} it foresaw"
        f" {row['net_calibration'] or 0:.3f} of the amount; normalised Gini"
        f" {row['normalised_gini'] or 0:.3f}, Brier {row['brier']:.4f}"
        for row in first
    ]
    return model_card(
        f"Value model 价值模型: {backtest.chosen}",
        use=(
            f"ranking customers, and budgets of the next {settings.value_horizon_days} days; not "
            "for judging one customer alone, nor for what a campaign would change"
        ),
        data=f"purchase days of {night.row_counts[PREDICTIONS.name]:,} buyers up to {as_of}",
        quality="; ".join([*figures, backtest.reason]),
        limits=(
            "12 and 36 months lie further ahead than any back-test; intervals are those of the "
            "model, as if it were right; who never bought has no prediction"
        ),
    )


def _picture(caption: str, png: bytes) -> dg.MarkdownMetadataValue:
    import base64

    return dg.MetadataValue.md(
        f"![{caption}](data:image/png;base64,{base64.b64encode(png).decode()})"
    )
