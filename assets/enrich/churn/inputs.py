"""What the calibration reads, and the rule that holds where nothing can be measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Inputs:
    """Relations that the calibration reads, as SQL can name them.

    Args:
        purchase_days: one row per customer and day with a purchase, `customer_key` and
            `purchased_on`, none after the run's date.
        category_days: one row per customer, day and category with `customer_key`,
            `purchased_on`, `category`, `net_amount`; may be a query in parentheses, may be empty.
        rules: the seed lifecycle_rules.
    """

    purchase_days: str
    category_days: str
    rules: str


@dataclass(frozen=True)
class Defaults:
    """A row of the seed lifecycle_rules: what holds until something better was measured.

    Args:
        min_purchase_days: purchase days from which a customer has a rhythm of the own.
        factor: how many times the median gap may pass in silence.
        min_days: silence that is never a loss, in days.
        fallback_days: silence that is a loss where no rhythm is known, in days.
    """

    min_purchase_days: int
    factor: float
    min_days: int
    fallback_days: int


def read_defaults(con: duckdb.DuckDBPyConnection, rules: str) -> Defaults:
    """The rule set `default` of the seed.

    Raises:
        ValueError: the seed has not exactly one such row.
    """
    rows = con.execute(
        "select own_rhythm_min_purchase_days, own_rhythm_factor, own_rhythm_min_days,"
        f" fallback_days from {rules} where rule_set = 'default'"
    ).fetchall()
    if len(rows) != 1:
        raise ValueError(f"{rules} has {len(rows)} rows of the rule set default, not one")
    days, factor, minimum, fallback = rows[0]
    return Defaults(int(days), float(factor), int(minimum), int(fallback))
