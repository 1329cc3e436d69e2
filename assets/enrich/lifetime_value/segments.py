"""A fit for each segment where numbers allow and it explains more, one for everybody otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from assets.enrich.lifetime_value.fit import Fit, fit_purchases
from assets.enrich.lifetime_value.models.base import Groups, PurchaseModel
from assets.enrich.lifetime_value.settings import ValueSettings
from assets.enrich.lifetime_value.summaries import GROUPS, read_groups, read_segments

if TYPE_CHECKING:
    import duckdb


def fit_by_segment(
    con: duckdb.DuckDBPyConnection,
    model: PurchaseModel,
    settings: ValueSettings,
    groups: str = GROUPS,
) -> tuple[Fit, ...]:
    """The fit to everybody, followed by those of segments if they are to be used.

    Reads the groups that `summarise` made with a segment column; segments with fewer customers or
    repeat buyers than the settings ask for are not fitted.
    """
    everybody = read_groups(con, groups=groups)
    sizes = read_segments(con, groups)
    large = [
        name
        for name, (customers, repeat_buyers) in sizes.items()
        if customers >= settings.segment_customers
        and repeat_buyers >= settings.segment_repeat_buyers
    ]
    pooled = fit_purchases(model, everybody)
    if len(sizes) < 2 or not large:
        return (pooled,)
    return choose_fits(model, pooled, {name: read_groups(con, name, groups) for name in large})


def choose_fits(
    model: PurchaseModel, pooled: Fit, segments: Mapping[str, Groups]
) -> tuple[Fit, ...]:
    """The pooled fit, followed by those of segments if BIC over everybody is smaller with them.

    Segments too small for a fit of their own, and those whose fit does not converge, keep the
    pooled parameters on both sides of the comparison, so that it is of the same customers.

    Args:
        model: of the fits.
        pooled: the fit to everybody.
        segments: groups of the segments that are large enough, by name.
    """
    own = [fit_purchases(model, groups, name) for name, groups in segments.items()]
    own = [fit for fit in own if fit.converged]
    if not own:
        return (pooled,)
    if not pooled.converged:
        return (pooled, *own)
    gained = sum(
        fit.log_likelihood - model.log_likelihood(pooled.values, segments[fit.segment])[0]
        for fit in own
    )
    parameters = len(pooled.parameters) * len(own)
    is_worth_it = 2 * gained > parameters * float(np.log(pooled.customers))
    return (pooled, *own) if is_worth_it else (pooled,)
