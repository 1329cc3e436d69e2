"""The one error that a try-out shows to its user."""

from __future__ import annotations


class EvaluationError(Exception):
    """What is wrong, in which file and where, and how to mend it; holds no value of a record."""


def some(numbers: list[int], limit: int = 10) -> str:
    """The first few numbers of a list, and how many more there are."""
    shown = ", ".join(str(number) for number in numbers[:limit])
    more = len(numbers) - limit
    return f"{shown} and {more} more" if more > 0 else shown
