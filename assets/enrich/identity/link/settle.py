"""The levels of pairs that agree or differ plainly, from equal prints alone.

Nearly all pairs are plain: same Han characters, same key, no birth date, same street. A level that
only the texts can tell is left open, for the expressions of levels.py, which say what levels mean;
what is settled here is what they would say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assets.enrich.identity.link.levels import GENERATION_YEARS
from assets.enrich.identity.link.prints import Prints
from assets.enrich.identity.rules import LEVELS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from assets.enrich.identity.link.prints import Flags, Nodes

    Births = npt.NDArray[np.integer]
    Codes = npt.NDArray[np.int8]

OPEN = -1
"""Code of a level that only the texts can tell; other codes are places in LEVELS."""
_FIRST_OF_YEAR = 101
"""1 January, which stands for a day that nobody asked."""


def settled_levels(prints: Prints, one: Nodes, other: Nodes) -> dict[str, Codes]:
    """The level of each feature of every pair as a code, or OPEN."""
    return {
        "name": _names(prints, one, other),
        "birth_date": _births(prints, one, other),
        "address": _addresses(prints, one, other),
        "document": _documents(prints, one, other),
    }


def _names(prints: Prints, one: Nodes, other: Nodes) -> Codes:
    kinds = prints.details["name_kind"]
    has_name = prints.known("name_kind")
    no_name = ~(has_name[one] & has_name[other])
    is_named = prints.is_named[one] & prints.is_named[other]
    is_western = kinds == prints.latin
    no_western = ~(is_western[one] | is_western[other])
    same_han, other_han = prints.agreement("name_han", one, other)
    same_key, _ = prints.agreement("name_key", one, other)
    return _first(
        "name",
        (no_name, "unknown"),
        (~is_named, None),
        (same_han, "same"),
        (other_han, "han_conflict"),
        (same_key, "same"),
        (no_western, "conflict"),
    )


def _births(prints: Prints, one: Nodes, other: Nodes) -> Codes:
    same, differ = prints.agreement("birth_date", one, other)
    codes = _first("birth_date", (same, "same"), default="unknown")
    codes[differ] = _other_births(prints.births[one[differ]], prints.births[other[differ]])
    return codes


def _other_births(one: Births, other: Births) -> Codes:
    """The levels of dates that differ; none is left open, for texts take longest over dates."""
    import numpy as np

    year, day = one // 10_000, one % 10_000
    other_year, other_day = other // 10_000, other % 10_000
    same_year = year == other_year
    typos = _typos(_digits(one), _digits(other))
    return _first(
        "birth_date",
        (np.abs(year - other_year) >= GENERATION_YEARS, "conflict"),
        (typos <= 1, "close"),
        (same_year & (day % 100 * 100 + day // 100 == other_day), "close"),
        (same_year & ((day == _FIRST_OF_YEAR) | (other_day == _FIRST_OF_YEAR)), "unclear"),
        (typos <= 2, "unclear"),
        default="conflict",
    )


def _digits(births: Births) -> Codes:
    """The eight digits of each date of birth, one row of the array for each place."""
    import numpy as np

    powers = 10 ** np.arange(7, -1, -1)
    return (births // powers[:, None] % 10).astype(np.int8)


def _typos(one: Codes, other: Codes) -> Codes:
    """Digits to replace, insert, leave out or exchange with the next, to make one of the other.

    The Damerau-Levenshtein distance as long as it is at most two; more is not told exactly.
    """
    import numpy as np

    size, count = one.shape
    distance = np.zeros((size + 1, size + 1, count), dtype=np.int8)
    distance[:, 0] = distance[0, :] = np.arange(size + 1)[:, None]
    for i in range(1, size + 1):
        for j in range(1, size + 1):
            best = distance[i - 1, j - 1] + (one[i - 1] != other[j - 1])
            np.minimum(best, distance[i - 1, j] + 1, out=best)
            np.minimum(best, distance[i, j - 1] + 1, out=best)
            if i > 1 and j > 1:
                exchanged = (one[i - 1] == other[j - 2]) & (one[i - 2] == other[j - 1])
                best = np.where(exchanged, np.minimum(best, distance[i - 2, j - 2] + 1), best)
            distance[i, j] = best
    return distance[size, size]


def _addresses(prints: Prints, one: Nodes, other: Nodes) -> Codes:
    same_city, other_city = prints.agreement("city_key", one, other)
    same_street, other_street = prints.agreement("street_key", one, other)
    same_number, other_number = prints.agreement("number_key", one, other)
    same_postcode, other_postcode = prints.agreement("postcode", one, other)
    has_postcode = prints.known("postcode")
    one_postcode = has_postcode[one] != has_postcode[other]
    return _first(
        "address",
        (other_city & (other_postcode | one_postcode), None),
        (same_street & same_number, "same"),
        (same_street & (same_postcode | same_city | ~other_number), "near"),
        (same_street | (same_number & other_street), None),
        (same_postcode, "area"),
        (other_street, "differs"),
        (same_city, "city"),
        default="unknown",
    )


def _documents(prints: Prints, one: Nodes, other: Nodes) -> Codes:
    same, differ = prints.agreement("document", one, other)
    return _first("document", (same, "same"), (differ, None), default="unknown")


def _first(feature: str, *cases: tuple[Flags, str | None], default: str | None = None) -> Codes:
    """The level of the first case that holds, as in SQL; None leaves it open."""
    import numpy as np

    def code(level: str | None) -> np.int8:
        return np.int8(OPEN if level is None else LEVELS[feature].index(level))

    return np.select(
        [flags for flags, _ in cases], [code(level) for _, level in cases], code(default)
    )
