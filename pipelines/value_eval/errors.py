"""The one error that a try-out shows to its user."""

from __future__ import annotations


class ValueEvalError(Exception):
    """What is wrong with the file or a setting, and how to mend it; holds no value of a row."""
