"""The vetoes, verdicts and flaws of identity resolution in plain words.

A code that is not listed is shown as it is: a new reason must never make an explanation fail. Only
codes are ever shown; text of any other form could be somebody's data.
"""

from __future__ import annotations

import re

VETOES: dict[str, str] = {
    "shared": (
        "the identifier is on the records of too many different people (a family's phone, a "
        "store's e-mail, a shared device), so it says nothing about one person"
    ),
    "name_conflict": "the names are those of two different people",
    "han_conflict": (
        "the names are written with different Chinese characters, and different characters are "
        "different people even where they sound alike (twins, namesakes)"
    ),
    "birth_date_conflict": "the birth dates are those of two different people (father and son)",
    "do_not_link": "a data steward decided that these are two people (do-not-link list)",
    "name_unknown": (
        "one of the records has no usable name, and a contact detail may be a household's"
    ),
    "too_little_evidence": "what agrees would agree by chance too often",
    "ambiguous": (
        "one of the records has no name and could belong to several people, so it is given to none"
    ),
    "conflict_in_cluster": (
        "joining them would put two records into one customer that must stay apart (a conflict of "
        "names or birth dates, or a do-not-link decision, elsewhere in the chain)"
    ),
    "over_cap": (
        "the customer would have more records than one person can have; it waits for review"
    ),
}

FLAWS: dict[str, str] = {
    "shared": "on the records of too many different people",
    "not_linkable": "one of the two may not be linked: a test account or a deleted record",
    "no_rule": "no rule joins two records on it alone",
    "missing": "empty",
    "filler": "a filler such as 13800138000 or 000000, nobody's own",
    "masked": "partly masked with asterisks",
    "several_values": "several values in one field",
    "bad_syntax": "not written as such an identifier can be",
    "not_a_number": "not a phone number",
    "service_number": "a service or hotline number",
    "role_address": "an address of an office or store, not of a person",
}

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_VERDICT = re.compile(r"[a-z][a-z_]{0,19}|-?[0-9]{1,3}([.][0-9])?")


def code(text: str | None) -> str | None:
    """A code of the pipeline; anything else is replaced, since it could be somebody's data."""
    if text is None or _CODE.fullmatch(text):
        return text
    return "unreadable"


def agreement(text: str | None) -> tuple[tuple[str, str], ...]:
    """'name:same bits:12.5' as pairs; what is not of that form is left out."""
    pairs = [part.partition(":")[::2] for part in (text or "").split()]
    return tuple(
        (what, verdict)
        for what, verdict in pairs
        if _CODE.fullmatch(what) and _VERDICT.fullmatch(verdict)
    )


def veto(reason: str | None) -> str:
    """Why a link was rejected."""
    return VETOES.get(reason or "", f"reason `{reason}`")


def flaw(reason: str) -> str:
    """Why an identifier cannot link."""
    return FLAWS.get(reason, reason.replace("_", " "))


def plain(name: str) -> str:
    """A code as words: `birth_date` is 'birth date'."""
    return name.replace("_", " ")
