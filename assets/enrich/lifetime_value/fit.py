"""Fits of the purchase models and of spend, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assets.enrich.lifetime_value.models.base import Array, Groups, PurchaseModel
from assets.enrich.lifetime_value.models.bg_nbd import BgNbd
from assets.enrich.lifetime_value.models.gamma_gamma import GammaGamma, Spends
from assets.enrich.lifetime_value.models.mbg_nbd import MbgNbd
from assets.enrich.lifetime_value.models.pareto_nbd import ParetoNbd
from assets.enrich.lifetime_value.optimise import maximise

MODELS: Mapping[str, PurchaseModel] = {
    model.name: model for model in (BgNbd(), MbgNbd(), ParetoNbd())
}
ALL = "all"
"""The segment of a fit to everybody."""


@dataclass(frozen=True)
class Fit:
    """What a maximum-likelihood fit gave.

    Attributes:
        model: bg_nbd, mbg_nbd, pareto_nbd, gamma_gamma (repeat days) or gamma_gamma_all.
        segment: whose purchases, or `all`.
        parameter_names: in the order of the parameters.
        parameters: natural; durations in weeks, amounts in the currency's units. Empty where
            nothing could be fitted.
        standard_errors: of the parameters, from the observed information; empty if unknown.
        log_likelihood: at the parameters.
        converged: whether the parameters may be used as they stand.
        message: a sentence that says so, or why not.
        customers: that the fit is of.
        repeat_buyers: those of them with two purchases or more; with spend, for a spend model.
        groups: distinct rows that the likelihood was computed on.
    """

    model: str
    segment: str
    parameter_names: tuple[str, ...]
    parameters: tuple[float, ...]
    standard_errors: tuple[float, ...]
    log_likelihood: float
    converged: bool
    message: str
    customers: int
    repeat_buyers: int
    groups: int

    @property
    def usable(self) -> bool:
        """Whether predictions can be made: converged, or the best point of a search that was not.

        A likelihood that grows towards a boundary has no maximum, and yet its best point predicts
        well where the boundary is a simpler model (all customers alike, nobody stops).
        """
        return len(self.parameters) > 0 and bool(np.isfinite(self.log_likelihood))

    @property
    def values(self) -> Array:
        """The parameters as an array."""
        return np.array(self.parameters, dtype=np.float64)


def fit_purchases(model: PurchaseModel, groups: Groups, segment: str = ALL) -> Fit:
    """Fit a purchase model to groups; data that say nothing give `converged` false, never raise."""
    wrong = ""
    if groups.customers == 0:
        wrong = "There are no customers with a purchase."
    elif groups.repeat_buyers == 0:
        wrong = "Nobody has bought on a second day: how often customers return is unknown."
    elif groups.repeat_buyers == groups.customers == 1:
        wrong = "There is one customer only: how customers differ is unknown."
    if wrong:
        return _no_fit(model.name, segment, model.parameter_names, groups, wrong)
    unit = float(groups.t.max())
    scaled = groups.in_units_of(unit)
    found = maximise(
        lambda parameters: model.log_likelihood(parameters, scaled),
        model.parameter_names,
        model.starts,
        groups.customers,
    )
    units = np.ones(len(found.parameters))
    units[list(model.time_parameters)] = unit
    # The density of x orders at given times has the dimension of one over time, x times over.
    shift = float(np.sum(groups.count * groups.x)) * float(np.log(unit))
    return Fit(
        model.name,
        segment,
        model.parameter_names,
        tuple((found.parameters * units).tolist()),
        () if found.standard_errors is None else tuple((found.standard_errors * units).tolist()),
        found.log_likelihood - shift,
        found.converged,
        found.message,
        groups.customers,
        groups.repeat_buyers,
        len(groups.x),
    )


def _no_fit(
    model: str, segment: str, names: tuple[str, ...], data: Groups | Spends, message: str
) -> Fit:
    repeat = data.repeat_buyers if isinstance(data, Groups) else data.customers
    return Fit(model, segment, names, (), (), 0.0, False, message, data.customers, repeat, 0)


def fit_spend(spends: Spends, repeat_only: bool, segment: str = ALL) -> Fit:
    """Fit Gamma-Gamma to the spend of repeat days, as the published examples, or of all days."""
    name = "gamma_gamma" if repeat_only else "gamma_gamma_all"
    model = GammaGamma()
    if spends.customers < 2:
        wrong = "Fewer than two customers have spent anything: how spend differs is unknown."
        return _no_fit(name, segment, model.parameter_names, spends, wrong)
    unit = float(np.sum(spends.count * spends.mean)) / spends.customers
    scaled = spends.in_units_of(unit)
    found = maximise(
        lambda parameters: model.log_likelihood(parameters, scaled),
        model.parameter_names,
        model.starts,
        spends.customers,
    )
    units = np.array([1.0, 1.0, unit])
    converged, message = found.converged, found.message
    if converged and found.parameters[1] <= 1.0:
        converged, message = False, "q is not above one: the mean spend would be infinite."
    # A density of a mean amount has the dimension of one over money.
    shift = spends.customers * float(np.log(unit))
    return Fit(
        name,
        segment,
        model.parameter_names,
        tuple((found.parameters * units).tolist()),
        () if found.standard_errors is None else tuple((found.standard_errors * units).tolist()),
        found.log_likelihood - shift,
        converged,
        message,
        spends.customers,
        spends.customers,
        len(spends.n),
    )
