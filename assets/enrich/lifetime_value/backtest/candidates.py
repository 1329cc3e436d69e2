"""What may predict customer value, by name, and what each learns from the days before a cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from assets.enrich.lifetime_value.backtest.ensemble import too_little, train_ensemble
from assets.enrich.lifetime_value.backtest.panel import Panel, read_panel
from assets.enrich.lifetime_value.backtest.predicted import Predicted
from assets.enrich.lifetime_value.backtest.purchase_base import PurchaseBase, fit_base
from assets.enrich.lifetime_value.backtest.recalibration import (
    Lesson,
    Recalibrated,
    no_level,
    shrunk_levels,
)
from assets.enrich.lifetime_value.backtest.splits import plan_lessons

if TYPE_CHECKING:
    from datetime import date

    import duckdb


class Predictor(Protocol):
    """What a candidate is once it has learnt."""

    def predict(self, panel: Panel) -> Predicted:
        """What is expected of customers within the panel's horizon."""


@dataclass(frozen=True)
class Candidate:
    """One way to predict.

    Attributes:
        name: as it stands in the tables.
        model: the purchase model it is or starts from.
        repeat_only: whether Gamma-Gamma is fitted to repeat days only, as published, or to all.
        effort: 0 for a model alone, 1 with spend of repeat days only, 2 with corrected totals, 3
            for an ensemble.
    """

    name: str
    model: str
    repeat_only: bool = False
    effort: int = 0


LEARNS, ENSEMBLE = 2, 3
"""Efforts from which earlier splits are learnt from, and of the ensemble."""
MODELS = ("bg_nbd", "mbg_nbd", "pareto_nbd")
STAND_INS = ("mbg_nbd", "bg_nbd")
"""What an ensemble starts from where its own model has no maximum."""
DEFAULT = "pareto_nbd"
"""The candidate where no split can be judged: it expects orders of first buyers soberly."""
CANDIDATES = (
    *(Candidate(model, model) for model in MODELS),
    *(Candidate(f"{model}_repeat_spend", model, repeat_only=True, effort=1) for model in MODELS),
    *(Candidate(f"{model}_recalibrated", model, effort=2) for model in MODELS),
    Candidate("ensemble", "pareto_nbd", effort=3),
)
BY_NAME = {candidate.name: candidate for candidate in CANDIDATES}


class NotPossibleError(Exception):
    """A candidate cannot learn from what there is; the message is a sentence that says why."""


@dataclass
class Workshop:
    """Panels and fits of one relation, each made once.

    Attributes:
        con: connection that holds the relation.
        purchase_days: relation of the shape of core.customer_purchase_days.
        first_on: day on which its past begins, see `run.open_workshop`.
    """

    con: duckdb.DuckDBPyConnection
    purchase_days: str
    first_on: date
    _panels: dict[tuple[date, int], Panel] = field(default_factory=dict)
    _bases: dict[tuple[date, str, bool], PurchaseBase] = field(default_factory=dict)

    def panel(self, cut: date, horizon_days: int) -> Panel:
        """The customers at a cut, with what they did in the horizon after it."""
        key = cut, horizon_days
        if key not in self._panels:
            past = (cut - self.first_on).days
            self._panels[key] = read_panel(self.con, self.purchase_days, cut, horizon_days, past)
        return self._panels[key]

    def base(self, cut: date, horizon_days: int, model: str, repeat_only: bool) -> PurchaseBase:
        """The fits of a cut; the horizon has no part in them."""
        key = cut, model, repeat_only
        if key not in self._bases:
            known = self.panel(cut, horizon_days)
            self._bases[key] = fit_base(known, model, repeat_only)
        return self._bases[key]

    def lessons(self, cut: date, horizon_days: int, model: str) -> list[Lesson]:
        """The splits that lie before a cut, hold-out and all."""
        return [
            Lesson(
                self.panel(split.cut, split.horizon_days),
                self.base(split.cut, split.horizon_days, model, False),
            )
            for split in plan_lessons(self.first_on, cut, horizon_days)
        ]

    def model_at(self, candidate: Candidate, cut: date, horizon_days: int) -> str:
        """The purchase model that a candidate starts from at a cut.

        An ensemble needs one that tells customers apart, not Pareto/NBD itself: where that has no
        maximum (all lifetimes alike), the next one that has takes its place.
        """
        if candidate.effort < ENSEMBLE:
            return candidate.model
        tried = (candidate.model, *STAND_INS)
        fits = (self.base(cut, horizon_days, model, False).purchases for model in tried)
        return next((fit.model for fit in fits if fit.converged), candidate.model)

    def obstacle(self, candidate: Candidate, cut: date, horizon_days: int) -> str:
        """Why a candidate cannot learn at a cut; empty if it can."""
        if candidate.effort < LEARNS:
            return ""
        model = self.model_at(candidate, cut, horizon_days)
        lessons = self.lessons(cut, horizon_days, model)
        if not lessons:
            return f"No earlier split lies before {cut}."
        return too_little(lessons) if candidate.effort == ENSEMBLE else no_level(lessons)

    def prepare(self, candidate: Candidate, cut: date, horizon_days: int) -> Predictor:
        """Let a candidate learn from the days until a cut.

        Raises:
            NotPossibleError: if there is too little to learn from.
        """
        if wrong := self.obstacle(candidate, cut, horizon_days):
            raise NotPossibleError(wrong)
        model = self.model_at(candidate, cut, horizon_days)
        base = self.base(cut, horizon_days, model, candidate.repeat_only)
        if candidate.effort < LEARNS:
            return base
        lessons = self.lessons(cut, horizon_days, model)
        if candidate.effort < ENSEMBLE:
            return Recalibrated(base, *shrunk_levels(lessons))
        return train_ensemble(lessons, base, self.panel(cut, horizon_days))
