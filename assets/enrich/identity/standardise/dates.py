"""Birth dates to real dates, or the reason why a text is none."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.text import NO_TEXT, clean_text, one_chunk

_OLDEST_YEARS = 130
# Typed where a form insists on a date; and the zero of Unix and of spreadsheets.
_FILLERS = ("1900-01-01", "1970-01-01", "1111-11-11", "1901-01-01", "1899-12-30", "0001-01-01")
_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}.*)?"
_PATTERN = (
    r"^(?P<year>[0-9]{4})\s*[\-/.年 ]\s*(?P<month>[0-9]{1,2})\s*[\-/.月 ]\s*(?P<day>[0-9]{1,2})"
    rf"\s*[日号]?{_TIME}$"
)
_COMPACT = rf"^(?P<year>[0-9]{{4}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:\.0+)?{_TIME}$"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAMED = (
    r"^(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[\s\-./,]+m(?P<month>[0-9]{1,2})[\s\-./,]+"
    rf"(?P<year>[0-9]{{4}}){_TIME}$"
)
_MONTH_NAMED = (
    r"^m(?P<month>[0-9]{1,2})[\s\-./,]+(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[\s\-./,]+"
    rf"(?P<year>[0-9]{{4}}){_TIME}$"
)
_YEAR_LAST = (
    r"^(?P<day>[0-9]{1,2})[\-/. ](?P<month>[0-9]{1,2})[\-/. ]"
    rf"(?P<year>[0-9]{{4}}){_TIME}$"
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def standardise_birth_dates(raw: pa.Array, as_of: date) -> pa.Table:
    """Standardise dates that everybody reads as the same day.

    Year first, or the month as a word, or a year last after a number that can be no month:
    03/04/1985 means different days to different people and is no date here.

    Args:
        raw: the values as the sources wrote them.
        as_of: business date of the run; nobody is born after it.

    Returns:
        One row per value in the same order: raw_value, birth_date (null unless valid), is_valid,
        invalid_reason: missing, not_a_date, filler, future or too_old.
    """
    import numpy as np

    raw = one_chunk(raw)
    text = clean_text(raw)
    year, month, day = _parts(text)
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    month_index = np.clip(month, 1, 12) - 1
    last_day = np.array(_DAYS)[month_index] + (is_leap & (month == 2))
    is_date = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= last_day)
    first_of_month = (year - 1970) * 12 + month_index
    days = first_of_month.astype("datetime64[M]").astype("datetime64[D]") + (day - 1)
    fillers = np.array(_FILLERS, "datetime64[D]")
    today = np.datetime64(as_of)
    # Month arithmetic, for 29 February has no counterpart in most years.
    oldest_month = np.datetime64(as_of, "M") - 12 * (_OLDEST_YEARS + 1)
    oldest = oldest_month.astype("datetime64[D]") + (as_of.day - 1)
    reason = pc.case_when(
        pc.make_struct(
            pc.equal(text, ""),
            pa.array(~is_date),
            pa.array(np.isin(days, fillers)),
            pa.array(days > today),
            pa.array(days <= oldest),
        ),
        *(pa.scalar(name) for name in ("missing", "not_a_date", "filler", "future", "too_old")),
        NO_TEXT,
    )
    is_valid = pc.is_null(reason)
    born = pc.if_else(is_valid, pa.array(days).cast(pa.date32()), pa.scalar(None, pa.date32()))
    return pa.table(
        {"raw_value": raw, "birth_date": born, "is_valid": is_valid, "invalid_reason": reason}
    )


def _parts(text: pa.Array) -> tuple[Any, Any, Any]:
    """Year, month and day as numpy arrays; zeros where no form fits."""
    import numpy as np

    named = pc.utf8_lower(text)
    for number, name in enumerate(_MONTHS, 1):
        # The m tells a month that was a word from a number that may be a day.
        named = pc.replace_substring_regex(
            named, pattern=rf"\b{name}[a-z]*\.?", replacement=f"m{number}"
        )
    year_last = pc.extract_regex(text, pattern=_YEAR_LAST)
    forms = [
        pc.extract_regex(text, pattern=_PATTERN),
        pc.extract_regex(text, pattern=_COMPACT),
        pc.extract_regex(named, pattern=_DAY_NAMED),
        pc.extract_regex(named, pattern=_MONTH_NAMED),
        year_last,
    ]
    year, month, day = (
        pc.fill_null(
            pc.coalesce(*(pc.struct_field(form, part) for form in forms)).cast(pa.int64()), 0
        ).to_numpy()
        for part in ("year", "month", "day")
    )
    is_last = pc.is_valid(year_last).to_numpy(zero_copy_only=False)
    # Read as day first; 11/22/1985 can only be month first, and 03/04/1985 can be both.
    swapped = is_last & (month > 12)
    month, day = np.where(swapped, day, month), np.where(swapped, month, day)
    unclear = is_last & (month <= 12) & (day <= 12) & (month != day)
    return np.where(unclear, 0, year), month, day
