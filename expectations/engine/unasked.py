"""Why a rule could not be asked: the kind of an error in place of its text.

The text of a database error may quote a value, so it goes into no result.
"""

from __future__ import annotations

from typing import Any


def raised(info: dict[str, Any] | None) -> str:
    """Type of the error that kept a rule from being asked; empty when it was asked."""
    entries = _entries(info)
    return ", ".join(sorted({str(entry["exception_message"]) for entry in entries}))


def without_text(info: dict[str, Any] | None) -> dict[str, Any]:
    """The same information with the type of each error in place of its text."""
    kinds = sorted({error_type(str(entry["exception_message"])) for entry in _entries(info)})
    return {
        "raised_exception": bool(kinds),
        "exception_message": ", ".join(kinds) or None,
        # The page of the Data Docs needs a text.
        "exception_traceback": "",
    }


def _entries(info: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not info:
        return []
    candidates = [info] if "raised_exception" in info else list(info.values())
    return [entry for entry in candidates if entry.get("raised_exception")]


def error_type(text: str) -> str:
    """DuckDB starts its texts with the kind of error ("Binder Error: ..."): that is harmless."""
    for kind in ("Binder", "Catalog", "Conversion", "Parser", "Invalid Input", "Out of Memory"):
        if f"{kind} Error" in text:
            return f"{kind} Error"
    return "a column is missing" if "does not exist" in text else "Error"
