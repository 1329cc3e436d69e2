"""Which candidate predicts best on this company's past, and a sentence that says why.

Five errors, each 0 for a perfect prediction and about 1 for one that knows nothing: the root mean
squared error by that of the best naive rule; one less normalised Gini (who is worth most); decile
error (whether amounts are right, in total and for high and low); twice one less AUC (who buys
again); Brier by that of the overall share (whether those probabilities are right). Their mean over
the splits decides: a budget needs levels, a campaign needs the ranking, and no measure sees both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.enrich.lifetime_value.backtest.candidates import (
    BY_NAME,
    CANDIDATES,
    DEFAULT,
    LEARNS,
    Candidate,
)

GAIN = 0.005
"""By how much a candidate of more effort must be better: ties go to the simpler."""
FEWEST_BUYERS = 20
"""Customers who bought again, without whom a split decides nothing."""


@dataclass(frozen=True)
class Choice:
    """The chosen candidate's name and the reason."""

    candidate: str
    reason: str


def error_score(row: Mapping[str, Any], naive_rmse: float, active_share: float) -> float | None:
    """The mean of the five errors; None where one is not defined."""
    spread = active_share * (1.0 - active_share)
    gini, deciles, auc = row["normalised_gini"], row["decile_error"], row["auc"]
    if gini is None or deciles is None or auc is None or spread <= 0 or naive_rmse <= 0:
        return None
    parts = (
        row["rmse"] / naive_rmse,
        1.0 - gini,
        deciles,
        2.0 * (1.0 - auc),
        row["brier"] / spread,
    )
    return sum(min(part, 2.0) for part in parts) / len(parts)


def choose(
    rows: Sequence[Mapping[str, Any]], active: Mapping[int, int], possible: Mapping[str, str]
) -> Choice:
    """The candidate to use, from the back-test's rows.

    Among candidates of one effort the lowest mean error wins, the earlier in `CANDIDATES` at a tie.
    One of more effort replaces it only with a mean lower by 0.005 or more, over the splits that
    both have. Only what has a row in the first split may win, so that the choice is of something
    judged there. Where tonight's fit of none has converged, the models by themselves are compared:
    the parameters of a night before may serve them, while corrections need tonight's.

    Args:
        rows: of all splits, models and naive rules.
        active: customers of each split who bought again.
        possible: candidates that can learn at as_of; the value says why not, and is empty if so.
    """
    scores = _scores(rows, active)
    first = {row["candidate"] for row in rows if row["split_number"] == 1}
    judged = [c for c in CANDIDATES if c.name in scores and c.name in first]
    if not judged:
        return Choice(DEFAULT, "No split has enough buyers to judge by, so the default is used.")
    usable = [candidate for candidate in judged if not possible.get(candidate.name, "")]
    if usable:
        return _best(usable, scores)
    choice = _best([c for c in judged if c.effort < LEARNS] or judged, scores)
    return Choice(choice.candidate, f"No fit of tonight has converged. {choice.reason}")


def _best(usable: Sequence[Candidate], scores: Mapping[str, Mapping[int, float]]) -> Choice:
    """The least effort that nothing of more effort beats clearly."""
    best, against = None, None
    for effort in sorted({candidate.effort for candidate in usable}):
        same = [candidate for candidate in usable if candidate.effort == effort]
        splits = set.intersection(*(set(scores[candidate.name]) for candidate in same))
        if not splits:
            continue
        challenger = min(
            same, key=lambda candidate: round(_mean(scores[candidate.name], splits), 9)
        )
        if best is None:
            best = challenger
            continue
        common = set(scores[best.name]) & set(scores[challenger.name])
        if common:
            mine, other = (_mean(scores[c.name], common) for c in (best, challenger))
            if other <= mine - GAIN:
                best, against = challenger, (best, mine, other, len(common))
    if best is None:
        return Choice(DEFAULT, "No split is shared by the candidates, so the default is used.")
    return Choice(best.name, _reason(best.name, scores, against))


def _scores(
    rows: Sequence[Mapping[str, Any]], active: Mapping[int, int]
) -> dict[str, dict[int, float]]:
    """Error by candidate and split."""
    naive: dict[int, float] = {}
    for row in rows:
        if row["kind"] == "naive":
            split = row["split_number"]
            naive[split] = min(row["rmse"], naive.get(split, row["rmse"]))
    scores: dict[str, dict[int, float]] = defaultdict(dict)
    for row in rows:
        split = row["split_number"]
        if row["candidate"] not in BY_NAME or active[split] < FEWEST_BUYERS:
            continue
        score = error_score(row, naive[split], active[split] / row["customers_count"])
        if score is not None:
            scores[row["candidate"]][split] = score
    return scores


def _mean(scores: Mapping[int, float], splits: set[int]) -> float:
    return sum(scores[split] for split in sorted(splits)) / len(splits)


def _reason(name: str, scores: Mapping[str, Mapping[int, float]], against: Any) -> str:
    own = scores[name]
    splits = f"{len(own)} split{'s' if len(own) > 1 else ''}"
    said = f"{name} has a mean error of {_mean(own, set(own)):.3f} over {splits}"
    if against is None:
        return f"{said}; nothing of more effort is better by {GAIN} or more."
    simpler, mine, other, common = against
    return (
        f"{said}; over {common} of them it has {other:.3f} and the simpler {simpler.name}"
        f" {mine:.3f}."
    )
