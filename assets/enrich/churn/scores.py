"""How well the rules find the lost: counted per split, compared by F1, the simplest preferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.enrich.churn.candidates import RULES, Candidate
from assets.enrich.churn.splits import Split

MARGIN = 0.01
"""Differences of F1 that decide nothing: candidates this close are as good as one another."""

MIN_OUTCOMES = 10
"""Customers that a split needs on either side, lost and kept, to say anything."""


@dataclass(frozen=True)
class Score:
    """One candidate on one split, in customers.

    Args:
        split: where the history was cut.
        candidate: the rule.
        customers: buyers until the cut.
        lost: of these, without a purchase in the hold-out.
        flagged: of the buyers, those that the rule calls lost at the cut.
        found: of the flagged, those that are lost.
        threshold: probability below which the rule flags; None for rules of days.
    """

    split: Split
    candidate: Candidate
    customers: int
    lost: int
    flagged: int
    found: int
    threshold: float | None = None

    @property
    def precision(self) -> float | None:
        """Share of the flagged that are lost; None if none is flagged."""
        return self.found / self.flagged if self.flagged else None

    @property
    def recall(self) -> float | None:
        """Share of the lost that are flagged; None if none is lost."""
        return self.found / self.lost if self.lost else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None if none is lost."""
        return 2 * self.found / (self.flagged + self.lost) if self.lost else None

    @property
    def f1_of_all(self) -> float | None:
        """F1 of calling everybody lost, which a rule should beat; None if none is lost."""
        return 2 * self.lost / (self.customers + self.lost) if self.lost else None

    @property
    def is_telling(self) -> bool:
        """Whether enough customers are lost and enough are kept."""
        return min(self.lost, self.customers - self.lost) >= MIN_OUTCOMES


@dataclass(frozen=True)
class Choice:
    """The rule that is applied, and what it was measured at.

    Args:
        candidate: the rule.
        scores: of the rule, one per split; empty where nothing could be measured.
        reason: why this rule, in words.
        reason_zh: the same in Chinese.
    """

    candidate: Candidate
    scores: tuple[Score, ...]
    reason: str
    reason_zh: str

    @property
    def f1(self) -> float | None:
        """Mean F1 over the splits."""
        return mean_f1(self.scores) if self.scores else None


def mean_f1(scores: Sequence[Score]) -> float:
    """Mean F1 of one candidate's scores."""
    return sum(score.f1 or 0.0 for score in scores) / len(scores)


def by_candidate(scores: Sequence[Score]) -> dict[Candidate, list[Score]]:
    """The scores of each candidate, in the order in which they come."""
    found: dict[Candidate, list[Score]] = {}
    for score in scores:
        found.setdefault(score.candidate, []).append(score)
    return found


def choose(scores: Sequence[Score]) -> Choice | None:
    """The best candidate of each rule, of these the simplest that is as good as any.

    Within a rule, of the candidates within MARGIN of the best F1, the one that flags a number
    closest to the number of the lost: where most are lost, F1 alone would call everybody lost. Of
    the rules, a less simple one must have more than MARGIN more F1. Only candidates with a score
    on every telling split are compared; None if there are none.
    """
    telling = by_candidate([score for score in scores if score.is_telling])
    split_count = max(map(len, telling.values()), default=0)
    complete = [own for own in telling.values() if len(own) == split_count]
    best = {
        rule: _best([own for own in complete if own[0].candidate.rule == rule])
        for rule in RULES
        if any(own[0].candidate.rule == rule for own in complete)
    }
    chosen: list[Score] = []
    for own in best.values():
        if not chosen or mean_f1(own) > mean_f1(chosen) + MARGIN:
            chosen = own
    if not chosen:
        return None
    figures = ", ".join(f"{rule} {mean_f1(own):.3f}" for rule, own in best.items())
    horizon = chosen[0].split.horizon_days
    return Choice(
        chosen[0].candidate,
        tuple(chosen),
        f"Measured on {split_count} hold-outs of {horizon} days, F1 of each rule: {figures}."
        f" The simplest rule is taken unless another is better by more than {MARGIN:g}.",
        f"在 {split_count} 个 {horizon} 天的留出期上测得各规则的 F1：{figures}。"
        f"除非其他规则高出 {MARGIN:g} 以上，否则采用最简单的规则。",
    )


def _best(candidates: Sequence[list[Score]]) -> list[Score]:
    highest = max(map(mean_f1, candidates))
    as_good = [own for own in candidates if mean_f1(own) >= highest - MARGIN]
    return min(as_good, key=lambda own: abs(sum(one.flagged - one.lost for one in own)))
