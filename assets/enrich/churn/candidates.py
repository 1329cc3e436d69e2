"""The rules that are tried: fixed days, the own rhythm, the probability of another purchase."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assets.enrich.churn.inputs import Defaults

FIXED_DAYS = "fixed_days"
OWN_RHYTHM = "own_rhythm"
PROBABILITY = "probability"
DEFAULT = "default"

RULES = (FIXED_DAYS, OWN_RHYTHM, PROBABILITY)
"""The rules, the simplest first."""

MIN_DAYS = 30
"""No rule calls a shorter silence a loss: the figures of a month count a customer who is lost once
in it (docs/marts/performance.md)."""

FIXED_DAYS_GRID = (30, 45, 60, 75, 90, 120, 150, 180, 270, 365)
FACTOR_GRID = (2.0, 3.0, 4.0)
MIN_DAYS_GRID = (30, 60, 90)

CATEGORY_FALLBACK = "category"
FIXED_FALLBACK = "fixed"

HALF = "half"
FLAGGED_SHARE = "flagged_share"


@dataclass(frozen=True)
class Candidate:
    """One rule with its parameters; those of other rules are empty.

    Args:
        rule: one of RULES, or DEFAULT for the seed's.
        days: fixed days of silence, and of an own rhythm where none is known.
        factor: how many times the median gap may pass in silence.
        min_days: an own rhythm never calls less a loss.
        min_purchase_days: purchase days from which the own rhythm counts.
        fallback: what stands in before that, the category's rhythm or the fixed days.
        threshold_basis: where the threshold of the probability comes from.
    """

    rule: str
    days: int | None = None
    factor: float | None = None
    min_days: int | None = None
    min_purchase_days: int | None = None
    fallback: str | None = None
    threshold_basis: str | None = None

    @property
    def name(self) -> str:
        """The rule with its parameters, once in the grid."""
        if self.rule == FIXED_DAYS:
            return f"fixed_days_{self.days}"
        if self.rule == PROBABILITY:
            return f"probability_{self.threshold_basis}"
        return f"{self.rule}_{self.factor:g}x_min_{self.min_days}_{self.fallback}"


def grid(defaults: Defaults) -> Iterator[Candidate]:
    """Every candidate, the simplest rule first, within a rule in a fixed order."""
    for days in FIXED_DAYS_GRID:
        yield Candidate(FIXED_DAYS, days=days)
    for fallback in (CATEGORY_FALLBACK, FIXED_FALLBACK):
        for factor in FACTOR_GRID:
            for minimum in MIN_DAYS_GRID:
                yield own_rhythm(OWN_RHYTHM, defaults, factor, minimum, fallback)
    for basis in (HALF, FLAGGED_SHARE):
        yield Candidate(PROBABILITY, threshold_basis=basis)


def default_candidate(defaults: Defaults) -> Candidate:
    """The seed's rule, for a history that is too short to measure anything."""
    return own_rhythm(
        DEFAULT, defaults, defaults.factor, max(defaults.min_days, MIN_DAYS), CATEGORY_FALLBACK
    )


def own_rhythm(
    rule: str, defaults: Defaults, factor: float, minimum: int, fallback: str
) -> Candidate:
    """A rule of the own rhythm; the seed says when a customer has one, and the fixed days."""
    return Candidate(
        rule,
        days=max(defaults.fallback_days, MIN_DAYS),
        factor=factor,
        min_days=minimum,
        min_purchase_days=defaults.min_purchase_days,
        fallback=fallback,
    )


def silence_sql(candidate: Candidate) -> str:
    """Days of silence that `candidate` allows, in SQL over the columns of rhythms.days_at.

    Raises:
        ValueError: the rule is not one of days; see probability.py.
    """
    if candidate.rule == FIXED_DAYS:
        return f"{candidate.days}"
    if candidate.factor is None:
        raise ValueError(f"{candidate.name} has no days in SQL")
    rhythm = f"greatest({candidate.min_days}, cast(ceil({candidate.factor} * {{}}) as integer))"
    fallback = f"{candidate.days}"
    if candidate.fallback == CATEGORY_FALLBACK:
        fallback = (
            "case when reference_gap_days is not null then"
            f" {rhythm.format('reference_gap_days')} else {candidate.days} end"
        )
    return (
        f"case when purchase_day_number >= {candidate.min_purchase_days}"
        f" then {rhythm.format('median_gap_days')} else {fallback} end"
    )


def basis_sql(candidate: Candidate) -> str:
    """Whose rhythm the allowed silence comes from, in SQL over the columns of rhythms.days_at."""
    if candidate.factor is None:
        return f"'{candidate.rule}'"
    fallback = "'fixed_days'"
    if candidate.fallback == CATEGORY_FALLBACK:
        fallback = "coalesce(reference_basis, 'fixed_days')"
    return (
        f"case when purchase_day_number >= {candidate.min_purchase_days}"
        f" then '{OWN_RHYTHM}' else {fallback} end"
    )
