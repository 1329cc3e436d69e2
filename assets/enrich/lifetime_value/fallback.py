"""What is said of customers when no fit can be used: finite, cautious and documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.lifetime_value.fit import ALL, Fit
from assets.enrich.lifetime_value.models.base import Groups
from assets.enrich.lifetime_value.models.pareto_nbd import ParetoNbd

if TYPE_CHECKING:
    from assets.enrich.lifetime_value.models.base import PurchaseModel

FALLBACK = "fallback"
SHAPE = 0.5
YEAR = 365.25 / 7
FEWEST_REPEAT_BUYERS = 10
"""The best point of a search that has not converged is used only with so many."""
SPEND_P, SPEND_Q = 1.0, 3.0


class FallbackModel(ParetoNbd):
    """Pareto/NBD with set parameters: the rate of all purchases, and a lifetime as long as seen."""

    name = FALLBACK


def fallback_purchases(groups: Groups, message: str, segment: str = ALL) -> Fit:
    """Parameters without a fit.

    Customers order at the rate of all of them together, half an order in a year added, so that it
    is above zero; rates differ widely (r = 0.5); half of all customers stop within the longest
    time observed, a year at least (s = 1).
    """
    weeks = float((groups.t * groups.count).sum()) + YEAR
    orders = float((groups.x * groups.count).sum()) + 0.5
    longest = max(float(groups.t.max()) if len(groups.t) else 0.0, YEAR)
    return _unfitted(
        FALLBACK,
        segment,
        FallbackModel.parameter_names,
        (SHAPE, SHAPE * weeks / orders, 1.0, longest),
        message,
        (groups.customers, groups.repeat_buyers, len(groups.x)),
    )


def fallback_spend(mean_amount: float, customers: int, message: str) -> Fit:
    """A customer's mean amount, with two orders of the mean of all customers added to it."""
    v = mean_amount * (SPEND_Q - 1) / SPEND_P
    names = ("p", "q", "v")
    parameters = (SPEND_P, SPEND_Q, v)
    return _unfitted(FALLBACK, ALL, names, parameters, message, (customers, customers, 0))


def _unfitted(
    model: str,
    segment: str,
    names: tuple[str, ...],
    parameters: tuple[float, ...],
    message: str,
    size: tuple[int, int, int],
) -> Fit:
    return Fit(model, segment, names, parameters, (), 0.0, False, message, *size)


def purchases_to_use(fit: Fit, groups: Groups, earlier: Fit | None = None) -> Fit:
    """The fit if it has converged, else the earlier one, else its best point, else the fallback."""
    if fit.converged:
        return fit
    if earlier is not None and earlier.usable:
        return earlier
    if fit.usable and fit.repeat_buyers >= FEWEST_REPEAT_BUYERS:
        return fit
    return fallback_purchases(groups, fit.message, fit.segment)


def spend_to_use(fit: Fit, mean_amount: float, earlier: Fit | None = None) -> Fit:
    """The fit of spend if it has converged, else the earlier one, else the fallback."""
    if fit.converged:
        return fit
    if earlier is not None and earlier.converged:
        return earlier
    return fallback_spend(mean_amount, fit.customers, fit.message)


def model_of(fit: Fit) -> PurchaseModel:
    """The purchase model that a fit's parameters belong to."""
    from assets.enrich.lifetime_value.fit import MODELS

    return FallbackModel() if fit.model == FALLBACK else MODELS[fit.model]
