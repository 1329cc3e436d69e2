"""What may stand in the audit log, and the refusal of everything that looks personal.

The log outlives an erasure and cannot be edited, so that a personal value must never get into it.
A subject is named by a keyed hash or a customer_key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

Fact = Any
"""A text, a whole number, yes or no, None; or one list or one mapping of those."""


class Action(StrEnum):
    """All that the log can say was done."""

    RUN_STARTED = "run_started"
    RUN_FINISHED = "run_finished"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"
    LOOKED_UP = "looked_up"
    EXPORTED_CUSTOMER = "exported_customer"
    EXPORTED_AUDIENCE = "exported_audience"
    ERASED = "erased"
    READMITTED = "readmitted"
    SUPPRESSION_REPLAYED = "suppression_replayed"
    PURGED = "purged"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    KEY_ROTATED = "key_rotated"
    VERIFIED = "verified"
    QUARANTINE_WRITTEN = "quarantine_written"
    ROWS_REPLAYED = "rows_replayed"
    DAMAGE_FOUND = "damage_found"


class PersonalFactError(Exception):
    """The caller's mistake: a fact that is, or may be, personal. It does not quote the value."""


MAX_BYTES = 16_000
"""So that nobody keeps data in the log; a publication of 100 tables with their rows fits."""

FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
SHAPES = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # a run id
    r"|[0-9a-f]{40}|[0-9a-f]{64}"  # a hash
    r"|C[0-9a-f]{16}"  # a customer_key
    r"|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?Z?)?"  # a date, a moment
)
WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/+=-]{0,120}|")
NUMBER_OF_A_PERSON = re.compile(r"\d(?:[-._:/+=]?\d){6,}")
"""Seven digits or more, however they are grouped: a phone, an ID, a card, a birthdate in one."""

COUNTED = re.compile(r"(.*_)?(rows|bytes|entries|tables|records|files|links|seconds)")
LARGE = 1_000_000
"""From here on a number must say by its name what it counts; it could be a phone."""


def refuse_personal(facts: Mapping[str, Fact]) -> None:
    """Let pass names of tables, run ids, dates, hashes and counts: what is not a personal value.

    Raises:
        PersonalFactError: which fact, and what may stand there.
    """
    for name, value in facts.items():
        _refuse_name(name)
        if isinstance(value, Mapping):
            for key, part in value.items():
                _refuse_value(name, key)
                _refuse_value(name, part)
        elif isinstance(value, list | tuple):
            for part in value:
                _refuse_value(name, part)
        else:
            _refuse_value(name, value)


def _refuse_name(name: str) -> None:
    if not isinstance(name, str) or not FACT_NAME.fullmatch(name):
        raise PersonalFactError("the name of a fact is not a short word in snake_case")


def _refuse_value(name: str, value: Fact) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) >= LARGE and not COUNTED.fullmatch(name):
            raise PersonalFactError(
                f"fact {name}: a number so large must say what it counts, as in {name}_rows"
            )
    elif not isinstance(value, str):
        raise PersonalFactError(
            f"fact {name}: a {type(value).__name__} cannot be kept; texts, whole numbers, yes and "
            "no can, and one list or mapping of them"
        )
    elif not SHAPES.fullmatch(value) and (
        not WORD.fullmatch(value) or NUMBER_OF_A_PERSON.search(value)
    ):
        raise PersonalFactError(
            f"fact {name}: its text may be personal; run ids, dates, hashes, names of tables and "
            "customer_keys can be kept, of people and what they look up a keyed hash"
        )
