"""Cuts of the past: what lies before one is known, what follows within the horizon is predicted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

MOST_SPLITS = 3
FEWEST_SPLITS = 2
"""With fewer splits of the whole horizon, shorter ones are added."""
SHORTEST_HORIZON = 14
"""Days; what happens in less says little about customers."""
LONGEST_SHORTENED = 0.75
"""Of the horizon asked for; a longer one would tell the same as the whole."""


@dataclass(frozen=True)
class Split:
    """One cut.

    Attributes:
        number: 1 for the one nearest to as_of among those of the whole horizon; where there is
            none, for the longest. Shortened ones follow, though their cuts lie later.
        cut: last day that is known.
        horizon_days: days after the cut that are predicted; the last is not after as_of.
        is_shortened: whether the horizon is shorter than asked for, as the past is too short.
    """

    number: int
    cut: date
    horizon_days: int
    is_shortened: bool


def plan_splits(first_on: date, as_of: date, horizon_days: int) -> tuple[Split, ...]:
    """The splits to judge by, as far as the days from `first_on` to `as_of` allow.

    Cuts lie one, two and three horizons before as_of, each with nearly a horizon of past before it.
    Where fewer than two fit, a horizon of a third and one of a quarter of the past are added: a
    candidate is judged knowing most of what it will know.

    Args:
        first_on: day on which the past begins, see `run.open_workshop`.
        as_of: last day of what is known.
        horizon_days: days to predict, at least 1.
    """
    return _plan(first_on, as_of, horizon_days, 0.9, (3, 4))


def plan_lessons(first_on: date, as_of: date, horizon_days: int) -> tuple[Split, ...]:
    """The splits to learn from: as those to judge by, but half a horizon of past is enough.

    The horizons added are a half and a third of the past: with a half, as much is predicted as is
    seen, and the error of a level grows with the share that is predicted.
    """
    return _plan(first_on, as_of, horizon_days, 0.5, (2, 3))


def _plan(
    first_on: date, as_of: date, horizon_days: int, seen: float, parts: tuple[int, ...]
) -> tuple[Split, ...]:
    past = (as_of - first_on).days
    whole = [
        (back * horizon_days, horizon_days)
        for back in range(1, MOST_SPLITS + 1)
        if past - back * horizon_days >= seen * horizon_days
    ]
    wanted = max(FEWEST_SPLITS - len(whole), 0)
    shortened = [
        (past // part, past // part)
        for part in parts
        if SHORTEST_HORIZON <= past // part <= LONGEST_SHORTENED * horizon_days
    ][:wanted]
    return tuple(
        Split(number, as_of - timedelta(days=back), days, days < horizon_days)
        for number, (back, days) in enumerate([*whole, *shortened], start=1)
    )
