"""What the clusters are made of: one row of numbers per buyer, brought to a common scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.arrays import read_arrays

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

MEASURES = ("recency", "frequency", "monetary", "tenure")
"""Logarithms of: days since the last purchase and 1, purchase days, net amount and 1, days since
the first purchase and 1."""

SHARE = "share:"
"""Prefix of the features that are a category's share of the net amount."""

REST = f"{SHARE}rest"
"""The share of all categories that have no feature of their own."""

CATEGORY_COUNT = 6
SAMPLE_SIZE = 50_000
CLIP = 4.0
"""Scaled values beyond this count as this: one odd customer is no cluster."""

MIN_SPREAD = 0.1
"""Smallest spread of a measure: differences of a tenth at most set nobody apart."""

SHARE_WEIGHT = 0.5
"""The categories together must not outweigh how customers buy."""


@dataclass(frozen=True)
class Inputs:
    """Relations that the clusters are made of, as SQL can name them.

    Args:
        purchase_days: one row per customer and day with a purchase: `customer_key`,
            `purchased_on`, `net_amount`.
        category_days: one row per customer, day and category: `customer_key`, `purchased_on`,
            `category`, `net_amount`; may be a query in parentheses, may be empty.
        phrases: the seed cluster_phrases.
    """

    purchase_days: str
    category_days: str
    phrases: str


@dataclass(frozen=True)
class Scale:
    """How features become comparable: less their middle, by their spread, clipped, weighted.

    Args:
        features: names, in the order of the columns.
        middle: median of each feature.
        spread: interquartile range as a standard deviation, else the standard deviation; one where
            a feature does not vary.
    """

    features: tuple[str, ...]
    middle: tuple[float, ...]
    spread: tuple[float, ...]

    @property
    def weights(self) -> tuple[float, ...]:
        """What each scaled feature counts."""
        return tuple(SHARE_WEIGHT if name.startswith(SHARE) else 1.0 for name in self.features)

    def scaled(self, values: Floats) -> Floats:
        """Rows of features (customers x features), scaled."""
        import numpy as np

        ratio = (values - np.array(self.middle)) / np.array(self.spread)
        scaled: Floats = np.clip(ratio, -CLIP, CLIP) * np.array(self.weights)
        return scaled

    def natural(self, scaled: Floats) -> Floats:
        """Scaled rows back in the units of the features, as far as nothing was clipped."""
        import numpy as np

        natural: Floats = scaled / np.array(self.weights) * np.array(self.spread) + np.array(
            self.middle
        )
        return natural

    def sql(self, place: int) -> str:
        """The scaled feature at a place, in SQL over the columns of cluster_features."""
        ratio = f"(f{place} - {self.middle[place]!r}) / {self.spread[place]!r}"
        return f"(least(greatest({ratio}, -{CLIP}), {CLIP}) * {self.weights[place]!r})"


def write_features(con: duckdb.DuckDBPyConnection, inputs: Inputs, as_of: date) -> tuple[str, ...]:
    """Write the temp table `cluster_features`, one row per buyer until `as_of`.

    Returns:
        Names of the features; the columns are f0, f1, ... in their order.
    """
    parameters = {"as_of": as_of}
    con.execute(
        f"""
        create or replace temp table cluster_spend as
        select customer_key, category, sum(net_amount) as net_amount
        from {inputs.category_days} as spend
        where purchased_on <= $as_of and category is not null and net_amount > 0
        group by customer_key, category
        """,
        parameters,
    ).fetchall()
    top = con.execute(
        "select category from cluster_spend group by category"
        f" order by sum(net_amount) desc, category limit {CATEGORY_COUNT}"
    ).fetchall()
    categories = [category for (category,) in top]
    shares = [
        f"coalesce(sum(net_amount) filter (category = $c{place}), 0) / sum(net_amount) as s{place}"
        for place in range(len(categories))
    ]
    names = [*MEASURES, *(f"{SHARE}{category}" for category in categories)]
    columns = [f"coalesce(shares.s{place}, 0.0)::double" for place in range(len(categories))]
    if categories:
        names.append(REST)
        known = " - ".join(["1.0", *(f"shares.s{place}" for place in range(len(categories)))])
        columns.append(f"coalesce(greatest(round({known}, 12), 0), 0.0)::double")
    extra = "".join(
        f", {column} as f{len(MEASURES) + place}" for place, column in enumerate(columns)
    )
    values = {f"c{place}": category for place, category in enumerate(categories)}
    con.execute(
        f"""
        create or replace temp table cluster_features as
        with bought as (
            select
                customer_key,
                min(purchased_on) as first_on,
                max(purchased_on) as last_on,
                count(*) as purchase_days,
                sum(net_amount) as net_amount
            from {inputs.purchase_days}
            where purchased_on <= $as_of
            group by customer_key
        ),
        shares as (
            select customer_key{"".join(f", {share}" for share in shares)}
            from cluster_spend
            group by customer_key
        )
        select
            bought.customer_key,
            ln(1 + ($as_of::date - bought.last_on))::double as f0,
            ln(bought.purchase_days)::double as f1,
            ln(1 + greatest(bought.net_amount, 0))::double as f2,
            ln(1 + ($as_of::date - bought.first_on))::double as f3{extra}
        from bought
        left join shares on bought.customer_key = shares.customer_key
        """,
        parameters | values,
    ).fetchall()
    return tuple(names)


def read_sample(con: duckdb.DuckDBPyConnection, count: int) -> Floats:
    """Features of at most SAMPLE_SIZE buyers (customers x features), the same ones every night."""
    import numpy as np

    columns = ", ".join(f"f{place}" for place in range(count))
    arrays = read_arrays(
        con,
        f"select {columns} from cluster_features order by md5(customer_key), customer_key"
        f" limit {SAMPLE_SIZE}",
    )
    return np.column_stack([arrays[f"f{place}"] for place in range(count)])


def scale_of(features: Sequence[str], values: Floats) -> Scale:
    """The scale of a sample with at least one row."""
    import numpy as np

    low, middle, high = np.percentile(values, [25, 50, 75], axis=0)
    spread = (high - low) / 1.349
    spread = np.where(spread > 1e-9, spread, np.std(values, axis=0))
    spread = np.where(spread > 1e-9, spread, 1.0)
    is_measure = np.array([name in MEASURES for name in features])
    spread = np.where(is_measure, np.maximum(spread, MIN_SPREAD), spread)
    return Scale(
        tuple(features),
        tuple(round(float(value), 9) for value in middle),
        tuple(round(float(value), 9) for value in spread),
    )
