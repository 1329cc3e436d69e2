"""The back-test of a night: every candidate at every split, and the choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assets.enrich.lifetime_value.backtest import metrics
from assets.enrich.lifetime_value.backtest.baselines import naive_predictions
from assets.enrich.lifetime_value.backtest.candidates import (
    CANDIDATES,
    DEFAULT,
    Candidate,
    NotPossibleError,
    Predictor,
    Workshop,
)
from assets.enrich.lifetime_value.backtest.choose import Choice, choose
from assets.enrich.lifetime_value.backtest.judge import decile_rows, measures
from assets.enrich.lifetime_value.backtest.panel import Panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.backtest.purchase_base import PurchaseBase
from assets.enrich.lifetime_value.backtest.splits import Split, plan_splits
from assets.enrich.lifetime_value.intervals import corrected_interval

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from assets.enrich.lifetime_value.settings import ValueSettings

SAMPLE = "purchase_days_sample"
MOST_CUSTOMERS = 50_000
"""With more customers than this, the back-test is of a sample of about so many."""
BEGUN_CUSTOMERS = 20
BEGUN_SHARE = 20
"""The past begins when 20 customers, or a twentieth where that is fewer, had bought."""
MOST_FOR_COVERAGE = 2_000
"""Customers whose interval is checked: the first of a panel, in the order of keys."""


@dataclass(frozen=True)
class BacktestResult:
    """What a night's back-test found.

    Attributes:
        rows: one per split and candidate or naive rule, with the columns of value_model_backtests.
        deciles: one per split, candidate or rule, and decile.
        chosen: name of the candidate to use.
        reason: sentences that say why it is, what could not be tried, and what is a sample.
        is_sampled: whether a sample stood for all customers.
    """

    rows: list[dict[str, Any]]
    deciles: list[dict[str, Any]]
    chosen: str
    reason: str
    is_sampled: bool


def run_backtests(
    con: duckdb.DuckDBPyConnection,
    purchase_days: str,
    as_of: date,
    settings: ValueSettings,
    candidates: tuple[Candidate, ...] = CANDIDATES,
) -> BacktestResult:
    """Judge all candidates at rolling splits before as_of, and choose one.

    Days after as_of are not read. Without a split there are no rows, and the reason says so.

    Args:
        con: connection that holds the purchases; a temp table is made.
        purchase_days: relation of the shape of core.customer_purchase_days.
        as_of: last day of what is known.
        settings: the horizon and the intervals' share.
        candidates: what is judged.
    """
    workshop, is_sampled = open_workshop(con, purchase_days, as_of)
    splits = (
        () if workshop is None else plan_splits(workshop.first_on, as_of, settings.horizon_days)
    )
    if workshop is None or not splits:
        reason = (
            f"The purchases until {as_of} do not reach back far enough for a split of"
            f" {settings.horizon_days} days, nor for a shorter one: {DEFAULT} is used untested."
        )
        return BacktestResult([], [], DEFAULT, reason, is_sampled)
    rows: list[dict[str, Any]] = []
    deciles: list[dict[str, Any]] = []
    active: dict[int, int] = {}
    missing: list[str] = []
    for split in splits:
        panel = workshop.panel(split.cut, split.horizon_days)
        active[split.number] = int(np.count_nonzero(panel["held_days"]))
        said: dict[str, tuple[str, Predicted, float | None]] = {
            name: ("naive", predicted, None) for name, predicted in naive_predictions(panel).items()
        }
        for candidate in candidates:
            try:
                ready = workshop.prepare(candidate, split.cut, split.horizon_days)
            except NotPossibleError as wrong:
                missing.append(f"{candidate.name} at split {split.number}: {wrong}")
                continue
            covered = _coverage(ready, panel, settings.interval)
            said[candidate.name] = "model", ready.predict(panel), covered
        found, parts = _rows(as_of, split, panel, said, is_sampled)
        rows += found
        deciles += parts
    choice = choose(rows, active, _possible(workshop, as_of, settings, candidates))
    for row in rows:
        row["is_chosen"] = row["candidate"] == choice.candidate
    return BacktestResult(
        rows, deciles, choice.candidate, _reason(choice, splits, missing, is_sampled), is_sampled
    )


def open_workshop(
    con: duckdb.DuckDBPyConnection, purchase_days: str, as_of: date
) -> tuple[Workshop | None, bool]:
    """A workshop on the purchases until as_of, of a sample if customers are many.

    The sample is of customers, by the digest of their key: the same every night but for growth.
    The past that cuts may divide begins on the day by which 20 of them had bought, or a twentieth
    where that is fewer: a stray early order makes no past, and each cut has customers before it.
    None without any purchase; and whether it is a sample.
    """
    known = f"{purchase_days} where purchased_on <= date '{as_of}'"
    [(customers,)] = con.execute(f"select count(distinct customer_key) from {known}").fetchall()
    if customers == 0:
        return None, False
    is_sampled = customers > MOST_CUSTOMERS
    line = f"{int(MOST_CUSTOMERS / customers * 16**8):08x}" if is_sampled else ""
    chosen = f"and left(md5(customer_key), 8) < '{line}'" if is_sampled else ""
    con.execute(
        f"""
        create or replace temp table {SAMPLE} as
        select customer_key, purchased_on, order_count, net_amount from {known} {chosen}
        """
    ).fetchall()
    begun = con.execute(
        f"""
        with firsts as (
            select min(purchased_on) as first_on from {SAMPLE} group by customer_key
        )
        select first_on
        from firsts
        qualify
            row_number() over (order by first_on)
            = least({BEGUN_CUSTOMERS}, ceil(count(*) over () / {BEGUN_SHARE}))
        """
    ).fetchall()
    return (Workshop(con, SAMPLE, begun[0][0]) if begun else None), is_sampled


def _coverage(ready: Predictor, panel: Panel, share: float) -> float | None:
    """Share of customers whose orders fell into their interval, as it would be published."""
    base = ready if isinstance(ready, PurchaseBase) else getattr(ready, "base", None)
    if base is None or len(panel) == 0:
        return None
    some = panel.take(np.arange(min(len(panel), MOST_FOR_COVERAGE)))
    low, high = base.order_interval(some, share)
    if ready is not base:
        plain, said = base.predict(some).orders, ready.predict(some)
        low, high = corrected_interval((low, high), plain, said.orders, said.p_active, share)
    return metrics.coverage(low, high, some["held_days"])


def _rows(
    as_of: date,
    split: Split,
    panel: Panel,
    said: dict[str, tuple[str, Predicted, float | None]],
    is_sampled: bool,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of a split and those of its deciles."""
    place = {"as_of_date": as_of, "split_number": split.number, "cut_date": split.cut}
    rows: list[dict[str, Any]] = []
    deciles: list[dict[str, Any]] = []
    for name, (kind, predicted, covered) in said.items():
        rows.append(
            place
            | {
                "horizon_days": split.horizon_days,
                "is_horizon_shortened": split.is_shortened,
                "is_sampled": is_sampled,
                "candidate": name,
                "kind": kind,
                "is_chosen": False,
            }
            | measures(panel, predicted, covered)
        )
        deciles += [place | {"candidate": name} | row for row in decile_rows(panel, predicted)]
    naive = min(row["rmse"] for row in rows if row["kind"] == "naive")
    for row in rows:
        row["beats_naive"] = row["rmse"] < naive if row["kind"] == "model" else None
    return rows, deciles


def _possible(
    workshop: Workshop, as_of: date, settings: ValueSettings, candidates: tuple[Candidate, ...]
) -> dict[str, str]:
    """Why a candidate cannot predict from as_of, by name; empty if it can."""
    horizon = settings.horizon_days
    found = {}
    for candidate in candidates:
        model = workshop.model_at(candidate, as_of, horizon)
        fit = workshop.base(as_of, horizon, model, candidate.repeat_only).purchases
        obstacle = workshop.obstacle(candidate, as_of, horizon)
        found[candidate.name] = obstacle or ("" if fit.converged else fit.message)
    return found


def _reason(choice: Choice, splits: tuple[Split, ...], missing: list[str], is_sampled: bool) -> str:
    said = [choice.reason]
    shortened = [f"{split.horizon_days} days" for split in splits if split.is_shortened]
    if shortened:
        said.append(
            f"The past is too short for the whole horizon: judged on {', '.join(shortened)}."
        )
    if missing:
        said.append(f"Not judged: {' '.join(missing)}")
    if is_sampled:
        said.append(
            f"Judged on about {MOST_CUSTOMERS:,} customers, drawn by the digest of the key."
        )
    return " ".join(said)
