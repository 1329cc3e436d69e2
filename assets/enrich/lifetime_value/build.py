"""One night of the value models: back-test, fits, predictions and parameters, written as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assets.enrich.lifetime_value.backtest.apply import score_with
from assets.enrich.lifetime_value.backtest.run import BacktestResult, run_backtests
from assets.enrich.lifetime_value.fallback import purchases_to_use, spend_to_use
from assets.enrich.lifetime_value.fit import (
    ALL,
    MODELS,
    Fit,
    fit_purchases,
    fit_spend,
)
from assets.enrich.lifetime_value.next_orders import next_order_error
from assets.enrich.lifetime_value.parameters import DatedFit, read_last_good, write_parameters
from assets.enrich.lifetime_value.scoring import Inputs, score
from assets.enrich.lifetime_value.segments import fit_by_segment
from assets.enrich.lifetime_value.spend import read_company
from assets.enrich.lifetime_value.summaries import (
    SUMMARIES,
    read_groups,
    read_spends,
    summarise,
)
from assets.enrich.lifetime_value.tables import BACKTESTS, DECILES, PARAMETERS, PREDICTIONS, TABLES
from assets.enrich.tables import EnrichTable, create_all, table_before

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from assets.enrich.lifetime_value.models.base import PurchaseModel
    from assets.enrich.lifetime_value.settings import ValueSettings

SEGMENT_COLUMN = "channel_id"
"""Customers are grouped by the channel of their first order: one knows it from the first day."""

_SCORED = "value_scores"


@dataclass(frozen=True)
class ValueNight:
    """What a night came to.

    Attributes:
        backtest: what each candidate would have predicted, and which is in use.
        used: the fits behind the predictions; the purchase model's by segment, then the spend's.
        tonight: all fits of the night.
        row_counts: rows of each table.
    """

    backtest: BacktestResult
    used: tuple[DatedFit, ...]
    tonight: tuple[DatedFit, ...]
    row_counts: Mapping[str, int]


def build_value_tables(
    con: duckdb.DuckDBPyConnection,
    purchase_days: str,
    as_of: date,
    settings: ValueSettings,
    last_night: str | None = None,
) -> ValueNight:
    """Write the tables of `tables.py` into the build.

    Args:
        con: open connection to the build (catalog `warehouse`).
        purchase_days: relation of the shape of core.customer_purchase_days.
        as_of: business date; later purchases are not read.
        settings: horizons, rates, limits.
        last_night: schema with the tables of the night before, or None.
    """
    create_all(con, TABLES)
    backtest = run_backtests(con, purchase_days, as_of, settings)
    chosen = score_with(con, purchase_days, as_of, settings, backtest.chosen)
    before = table_before(con, PARAMETERS, last_night)
    earlier = {} if before is None else read_last_good(con, before, as_of)
    summarise(con, purchase_days, as_of, SEGMENT_COLUMN)
    dated = _dating(con, as_of)
    groups = read_groups(con)
    segmented = fit_by_segment(con, MODELS[chosen.model], settings)
    others = [
        fit_purchases(model, groups) for name, model in MODELS.items() if name != chosen.model
    ]
    spends = {
        name: fit_spend(read_spends(con, repeat_only), repeat_only)
        for name, repeat_only in (("gamma_gamma", True), ("gamma_gamma_all", False))
    }
    tonight = tuple(map(dated, [*segmented, *others, *spends.values()]))

    def in_use(fit: Fit, choose: Callable[[Fit, Fit | None], Fit]) -> DatedFit:
        good = earlier.get((fit.model, fit.segment))
        found = choose(fit, good.fit if good else None)
        return good if good is not None and found is good.fit else dated(found)

    mean_amount = read_company(con, settings).mean_amount
    purchases = [
        in_use(fit, lambda found, before: purchases_to_use(found, groups, before))
        # What corrects a model has learnt beside the fit to everybody.
        for fit in (segmented if chosen.corrections is None else segmented[:1])
    ]
    spend = in_use(
        spends["gamma_gamma" if chosen.repeat_only else "gamma_gamma_all"],
        lambda found, before: spend_to_use(found, mean_amount, before),
    )
    inputs = Inputs(
        {each.fit.segment: each.fit for each in purchases},
        spend.fit,
        as_of,
        corrections=chosen.corrections,
    )
    score(con, inputs, settings, _SCORED)
    error = _date_error(con, purchase_days, as_of, backtest, MODELS[chosen.model], settings)
    _write_predictions(con, as_of, settings, purchases, chosen.candidate, error)
    used = (*purchases, spend)
    write_parameters(con, tonight, used, as_of, before)
    limit = {"calibration_limit": settings.calibration_limit}
    _insert(con, BACKTESTS, [row | limit for row in backtest.rows])
    _insert(con, DECILES, backtest.deciles)
    counts = {
        table.name: con.execute(f"select count(*) from {table.relation}").fetchall()[0][0]
        for table in TABLES
    }
    return ValueNight(backtest, used, tonight, counts)


def _dating(con: duckdb.DuckDBPyConnection, as_of: date) -> Callable[[Fit], DatedFit]:
    [(first_on,)] = con.execute(f"select min(first_on) from {SUMMARIES}").fetchall()
    return lambda fit: DatedFit(fit, as_of, first_on, as_of)


def _date_error(
    con: duckdb.DuckDBPyConnection,
    purchase_days: str,
    as_of: date,
    backtest: BacktestResult,
    model: PurchaseModel,
    settings: ValueSettings,
) -> float | None:
    cuts = [row["cut_date"] for row in backtest.rows if row["split_number"] == 1]
    if not cuts:
        return None
    return next_order_error(
        con,
        purchase_days,
        cuts[0],
        as_of,
        lambda groups: purchases_to_use(fit_purchases(model, groups), groups),
        settings,
    )


def _write_predictions(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    settings: ValueSettings,
    purchases: list[DatedFit],
    candidate: str,
    date_error: float | None,
) -> None:
    """The scores in the shape of the table, with the name and date of their fit."""
    con.execute(
        "create or replace temp table fits_in_use"
        " (segment varchar, candidate varchar, fitted_on date)"
    ).fetchall()
    con.executemany(
        "insert into fits_in_use values (?, ?, ?)",
        [
            (
                each.fit.segment,
                candidate if each.fit.model in MODELS else each.fit.model,
                each.fitted_on,
            )
            for each in purchases
        ],
    )
    con.execute(
        f"""
        insert into {PREDICTIONS.relation} by name
        select
            scores.* exclude (segment, model_name),
            $as_of::date as as_of_date,
            fits_in_use.segment,
            fits_in_use.candidate as model_name,
            fits_in_use.fitted_on,
            {settings.horizon_days} as horizon_days,
            case when scores.next_order_date is not null then $error::double end
                as next_order_error_days
        from {_SCORED} as scores
        inner join fits_in_use
            on fits_in_use.segment = case
                when scores.segment in (select segment from fits_in_use) then scores.segment
                else '{ALL}'
            end
        order by scores.customer_key
        """,
        {"as_of": as_of, "error": date_error},
    ).fetchall()
    con.execute(f"drop table {_SCORED}").fetchall()


def _insert(
    con: duckdb.DuckDBPyConnection, table: EnrichTable, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Some rows of figures, by the names of the table's columns; each must be there."""
    names = [name for name, _, _ in table.columns]
    if rows:
        places = ", ".join("?" for _ in names)
        con.executemany(
            f"insert into {table.relation} values ({places})",
            [[row[name] for name in names] for row in rows],
        )
