"""Birth dates to real dates, or the reason why a text is none."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.enrich.identity.standardise.arrays import (
    Array,
    constant,
    first_match,
    one_chunk,
    to_arrow,
    to_numpy,
)
from assets.enrich.identity.standardise.text import clean_text

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
_NO_DATE = pa.nulls(1, pa.date32())[0]
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
    reason = first_match(
        ("missing", pc.equal(text, constant(""))),
        ("not_a_date", to_arrow(~is_date)),
        ("filler", to_arrow(np.isin(days, fillers))),
        ("future", to_arrow(days > today)),
        ("too_old", to_arrow(days <= oldest)),
    )
    is_valid = pc.is_null(reason)
    born = to_arrow(days.astype(np.int64).astype(np.int32)).view(pa.date32())
    return pa.table(
        {
            "raw_value": raw,
            "birth_date": pc.if_else(is_valid, born, _NO_DATE),
            "is_valid": is_valid,
            "invalid_reason": reason,
        }
    )


def _parts(text: pa.Array) -> Array:
    """Year, month and day of each text; zeros where no form fits."""
    parts = _extracted(text, _PATTERN, _COMPACT)
    is_other = parts[0] == 0
    if is_other.any():
        parts[:, is_other] = _parts_year_last(text.filter(to_arrow(is_other)))
    return parts


def _parts_year_last(text: pa.Array) -> Array:
    named = pc.utf8_lower(text)
    for number, name in enumerate(_MONTHS, 1):
        # The m tells a month that was a word from a number that may be a day.
        named = pc.replace_substring_regex(
            named, pattern=rf"\b{name}[a-z]*\.?", replacement=f"m{number}"
        )
    year, month, day = _extracted(text, _YEAR_LAST)
    # Read as day first; 11/22/1985 can only be month first, and 03/04/1985 can be both.
    swapped = month > 12
    month, day = np.where(swapped, day, month), np.where(swapped, month, day)
    unclear = (month <= 12) & (day <= 12) & (month != day)
    numeric = np.stack([np.where(unclear, 0, year), month, day])
    return np.where(year > 0, numeric, _extracted(named, _DAY_NAMED, _MONTH_NAMED))


def _extracted(text: pa.Array, *patterns: str) -> Array:
    forms = [pc.extract_regex(text, pattern=pattern) for pattern in patterns]
    none = constant("0")
    found = (
        pc.coalesce(*(pc.struct_field(form, part) for form in forms), none)
        for part in ("year", "month", "day")
    )
    return np.stack([to_numpy(part.cast(pa.int64())) for part in found])
