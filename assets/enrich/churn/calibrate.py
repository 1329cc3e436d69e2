"""The rule of silence of a tenant: measured on the own history, applied to every purchase day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.churn.backtest import score_split, states
from assets.enrich.churn.candidates import PROBABILITY, default_candidate, grid
from assets.enrich.churn.inputs import Defaults, Inputs, read_defaults
from assets.enrich.churn.probability import ActivityModel, fit_at
from assets.enrich.churn.rhythms import write_days, write_spend
from assets.enrich.churn.scores import MIN_OUTCOMES, Choice, Score, choose
from assets.enrich.churn.splits import (
    HISTORY_HORIZONS,
    MIN_HORIZON_DAYS,
    Split,
    calibration_splits,
    last_month_end,
)
from assets.enrich.churn.tables import write_backtests, write_choice
from assets.enrich.churn.thresholds import write_thresholds

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Args:
        choice: the rule that is applied.
        scores: of every candidate on every split.
        calibrated_on: last day that the calibration knows, a month's end.
        horizon_days: hold-out that the rule was measured on, or the wished one.
        model: the probability of another purchase, fitted on all that was known on
            `calibrated_on`; None if it did not converge.
    """

    choice: Choice
    scores: tuple[Score, ...]
    calibrated_on: date
    horizon_days: int
    model: ActivityModel | None


def calibrate(
    con: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    as_of: date,
    horizon_days: int = 90,
) -> Calibration:
    """Choose the rule and write its tables.

    Writes `churn_rule_backtests` (split x candidate), `churn_rule_choice` (one row) and
    `churn_thresholds` (customer x purchase day). Nothing after `as_of` is read, and the choice
    reads nothing after the last month that is over, so it stands still for a month.

    Args:
        con: connection that sees the inputs and may write the schema enrich.
        inputs: relations to read.
        as_of: the run's business date, a whole day.
        horizon_days: days without a purchase that make a buyer lost.
    """
    defaults = read_defaults(con, inputs.rules)
    write_days(con, inputs, defaults, as_of)
    [(first_day,)] = con.execute("select min(purchased_on) from churn_days").fetchall()
    splits = calibration_splits(first_day, as_of, horizon_days)
    calibrated_on = last_month_end(as_of)
    write_spend(con, inputs, [*(split.cut for split in splits), calibrated_on])
    horizon = splits[0].horizon_days if splits else horizon_days
    # The rule of the probability needs a fit of all that the calibration knows to be applied.
    model = fit_at(con, states(calibrated_on, horizon), horizon) if splits else None
    candidates = [one for one in grid(defaults) if model is not None or one.rule != PROBABILITY]
    scores = tuple(
        score for split in splits for score in score_split(con, defaults, candidates, split)
    )
    choice = choose(scores) or _default(defaults, splits)
    calibration = Calibration(choice, scores, calibrated_on, horizon, model)
    write_backtests(con, as_of, scores, choice)
    write_choice(con, as_of, calibrated_on, horizon, choice)
    write_thresholds(con, defaults, as_of, calibration)
    return calibration


def _default(defaults: Defaults, splits: list[Split]) -> Choice:
    if splits:
        reason = f"No hold-out has {MIN_OUTCOMES} lost and {MIN_OUTCOMES} kept customers"
        reason_zh = (
            f"没有一个留出期同时包含至少 {MIN_OUTCOMES} 位流失客户和 {MIN_OUTCOMES} 位留存客户"
        )
    else:
        reason = (
            f"The history is too short for a hold-out of {MIN_HORIZON_DAYS} days with"
            f" {HISTORY_HORIZONS} times as many before it"
        )
        reason_zh = (
            f"历史过短，不足以划分 {MIN_HORIZON_DAYS} 天的留出期"
            f"及其 {HISTORY_HORIZONS} 倍长度的前期"
        )
    return Choice(
        default_candidate(defaults),
        (),
        f"{reason}: the rule set default of the seed lifecycle_rules holds, unmeasured.",
        f"{reason_zh}：采用种子表 lifecycle_rules 的默认规则，未经测量。",
    )
