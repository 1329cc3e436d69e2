"""What a try-out prints: counts and figures of the back-test, nothing of a customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.value_eval.landing import Landed
from pipelines.value_eval.order_file import ENCODINGS, OrderFile

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Candidate:
    """How a model or a naive rule did on the newest split of the history."""

    name: str
    is_chosen: bool
    net_calibration: float | None
    rmse: float | None
    normalised_gini: float | None
    auc: float | None

    def line(self) -> str:
        """One line of the table."""
        figures = (self.net_calibration, self.rmse, self.normalised_gini, self.auc)
        cells = (f"{'-':>12}" if figure is None else f"{figure:>12.3f}" for figure in figures)
        return f"{'*' if self.is_chosen else ' '} {self.name:<28}" + "".join(cells)


@dataclass(frozen=True)
class Findings:
    """What the models found.

    Attributes:
        customers: customers of the result.
        model: what the predictions use; several where segments differ.
        reason: why, in a sentence.
        cut_date: last day that the models saw in the newest split of the back-test; or None.
        horizon_days: days that were predicted from there.
        candidates: every candidate of that split, best RMSE first.
    """

    customers: int
    model: str
    reason: str
    cut_date: date | None
    horizon_days: int | None
    candidates: list[Candidate]


@dataclass(frozen=True)
class Summary:
    """What came of a try-out."""

    as_of: date
    file: OrderFile
    landed: Landed
    findings: Findings
    warnings: list[str]
    files: list[Path]
    keep: Path | None

    def lines(self) -> Iterator[str]:
        """The summary as lines of text."""
        yield from self._list_lines()
        yield from self._model_lines()
        for warning in self.warnings:
            yield f"warning: {warning}"
        for file in self.files:
            yield f"Written: {file}"
        if self.keep:
            yield f"Kept:    {self.keep} (holds the list; remove it when the trial is over)"

    def _list_lines(self) -> Iterator[str]:
        landed = self.landed
        yield f"Order list {self.file.path}, as of {self.as_of}"
        yield (
            f"  {landed.rows_read:>11,} rows read ({ENCODINGS[self.file.encoding]}, "
            f"dates as {landed.date_form})"
        )
        refused = sum(count for _, _, count in landed.quarantined)
        yield f"  {refused:>11,} quarantined"
        for rule, reason, count in landed.quarantined:
            yield f"  {count:>15,} {rule}: {reason}"
        yield f"  {landed.rows_later:>11,} after {self.as_of}, not looked at"
        yield (
            f"  {landed.rows_used:>11,} orders from {landed.first_date} to {landed.last_date} "
            f"by {self.findings.customers:,} customers"
        )
        if self.file.ignored:
            names = ", ".join(name or "(no name)" for name in self.file.ignored)
            yield f"  columns not read: {names}"

    def _model_lines(self) -> Iterator[str]:
        found = self.findings
        yield f"Model: {found.model}. {found.reason}"
        if found.cut_date is None:
            return
        yield (
            f"Back-test: what the history until {found.cut_date} would have said of the next "
            f"{found.horizon_days} days (* chosen)"
        )
        heads = ("predicted", "RMSE", "normalised", "AUC of")
        below = ("by actual", "", "Gini", "buys again")
        for cells in (heads, below):
            yield " " * 30 + "".join(f"{cell:>12}" for cell in cells)
        for candidate in found.candidates:
            yield candidate.line()


def read_findings(con: duckdb.DuckDBPyConnection, reason: str) -> Findings:
    """What the value models wrote into the warehouse, and why they use what they use."""
    [(customers, model)] = con.execute(
        """
        select count(*), string_agg(distinct model_name, ' and ' order by model_name)
        from warehouse.marts.customer_lifetime_value
        """
    ).fetchall()
    rows = con.execute(
        """
        select
            cut_date, horizon_days, candidate, is_chosen, net_calibration, rmse, normalised_gini,
            auc
        from warehouse.enrich.value_model_backtests
        where split_number = 1
        order by rmse nulls last, candidate
        """
    ).fetchall()
    cut_date, horizon_days = rows[0][:2] if rows else (None, None)
    candidates = [Candidate(*row[2:]) for row in rows]
    return Findings(customers, model, reason, cut_date, horizon_days, candidates)
