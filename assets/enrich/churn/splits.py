"""Where the back-test of the rules cuts the history: whole hold-outs back from a month's end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MAX_SPLITS = 3
MIN_SPLITS = 2
MIN_HORIZON_DAYS = 28
HISTORY_HORIZONS = 2
"""Horizons of history that a cut needs before it: with less, nobody can be silent for long, and
rules of few days look better than they are."""


@dataclass(frozen=True)
class Split:
    """One cut: what was known until `cut` judges, the `horizon_days` after it decide.

    Args:
        number: 1 for the newest.
        cut: last day that is known.
        horizon_days: length of the hold-out in days.
    """

    number: int
    cut: date
    horizon_days: int

    @property
    def end(self) -> date:
        """Last day of the hold-out."""
        return self.cut + timedelta(days=self.horizon_days)


def last_month_end(as_of: date) -> date:
    """The last day of a month that is over on `as_of`, which is a whole day."""
    following = as_of + timedelta(days=1)
    return following.replace(day=1) - timedelta(days=1)


def calibration_splits(first_day: date | None, as_of: date, horizon_days: int) -> list[Split]:
    """The splits of a history, the newest first; they stay the same for a month.

    Every cut has HISTORY_HORIZONS horizons before it. A history that does not hold MIN_SPLITS of
    them shortens the horizon, then takes one split, and below MIN_HORIZON_DAYS none.

    Args:
        first_day: first purchase day of the history; None if there is none.
        as_of: the run's business date.
        horizon_days: wished length of the hold-outs in days.
    """
    anchor = last_month_end(as_of)
    if first_day is None or first_day > anchor:
        return []
    history = (anchor - first_day).days + 1
    for fewest in (MIN_SPLITS, 1):
        horizon = min(horizon_days, history // (fewest + HISTORY_HORIZONS))
        if horizon >= MIN_HORIZON_DAYS:
            count = min(MAX_SPLITS, history // horizon - HISTORY_HORIZONS)
            return [
                Split(number, anchor - timedelta(days=number * horizon), horizon)
                for number in range(1, count + 1)
            ]
    return []
