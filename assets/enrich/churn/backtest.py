"""The candidates on one split: who would have been called lost at the cut, and who was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from assets.enrich.churn.candidates import PROBABILITY, Candidate, silence_sql
from assets.enrich.churn.inputs import Defaults
from assets.enrich.churn.probability import fit_at
from assets.enrich.churn.rhythms import days_at, write_references
from assets.enrich.churn.scores import Score
from assets.enrich.churn.splits import Split

if TYPE_CHECKING:
    import duckdb


def score_split(
    con: duckdb.DuckDBPyConnection,
    defaults: Defaults,
    candidates: list[Candidate],
    split: Split,
) -> list[Score]:
    """Score the candidates; those of the probability only if the model's fit converged."""
    write_references(con, defaults, split.cut)
    by_days = [one for one in candidates if one.rule != PROBABILITY]
    others = [one for one in candidates if one.rule == PROBABILITY]
    scores = _by_days(con, by_days, split)
    return scores + (_by_probability(con, others, split) if others else [])


def _by_days(
    con: duckdb.DuckDBPyConnection, candidates: list[Candidate], split: Split
) -> list[Score]:
    flagged = [
        f"silence_days > {silence_sql(candidate)} as flagged_{number}"
        for number, candidate in enumerate(candidates)
    ]
    counted = [
        f"count(*) filter (flagged_{number}), count(*) filter (flagged_{number} and is_lost)"
        for number in range(len(candidates))
    ]
    own_states = states(split.cut, split.horizon_days)
    [row] = con.execute(
        f"""
        with flagged as (
            select is_lost, {", ".join(flagged)}
            from ({days_at(f"({own_states})")}) as states
        )
        select count(*), count(*) filter (is_lost), {", ".join(counted)}
        from flagged
        """
    ).fetchall()
    customers, lost, *counts = row
    return [
        Score(split, candidate, customers, lost, counts[2 * number], counts[2 * number + 1])
        for number, candidate in enumerate(candidates)
    ]


def _by_probability(
    con: duckdb.DuckDBPyConnection, candidates: list[Candidate], split: Split
) -> list[Score]:
    model = fit_at(con, states(split.cut, split.horizon_days), split.horizon_days)
    if model is None:
        return []
    scores = []
    for candidate in candidates:
        threshold = model.threshold(candidate.threshold_basis)
        flagged = model.flagged(threshold)
        scores.append(
            Score(
                split,
                candidate,
                int(model.customers.sum()),
                int(model.lost.sum()),
                int(model.customers[flagged].sum()),
                int(model.lost[flagged].sum()),
                threshold,
            )
        )
    return scores


def states(cut: date, horizon_days: int) -> str:
    """A query with one row per buyer until `cut`: the last purchase day, and whether he is lost.

    Adds `silence_days` until the cut and `is_lost`, without a purchase in the `horizon_days` after
    it, to the columns of churn_days; all but `is_lost` and `next_purchase_on` was known at the cut.
    """
    end = cut + timedelta(days=horizon_days)
    return f"""
        select
            *,
            cast(date '{cut}' - purchased_on as integer) as silence_days,
            next_purchase_on is null or next_purchase_on > date '{end}' as is_lost
        from churn_days
        where
            purchased_on <= date '{cut}'
            and (next_purchase_on is null or next_purchase_on > date '{cut}')
    """
