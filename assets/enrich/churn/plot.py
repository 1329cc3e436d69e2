"""The rules of silence beside one another, for the Dagster UI."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO

from assets.enrich.churn.candidates import FIXED_DAYS, RULES
from assets.enrich.churn.scores import Choice, Score, by_candidate, mean_f1


def plot_rules(scores: Sequence[Score], choice: Choice) -> str:
    """F1 by fixed days, and of the other rules' best, as Markdown with a PNG; empty unmeasured."""
    # Matplotlib takes 0.6 CPU s to import; loading the code location must not pay for it.
    from matplotlib.figure import Figure

    measured = {one: mean_f1(own) for one, own in by_candidate(scores).items()}
    fixed = [(one.days, f1) for one, f1 in measured.items() if one.rule == FIXED_DAYS and one.days]
    if not fixed:
        return ""
    figure = Figure(figsize=(9, 3), layout="constrained")
    axes = figure.subplots()
    axes.plot(*zip(*fixed, strict=True), marker="o", color="#4c72b0", label="fixed days")
    for rule, colour in zip(RULES[1:], ("#55a868", "#c44e52"), strict=True):
        best = max((f1 for one, f1 in measured.items() if one.rule == rule), default=None)
        if best is not None:
            axes.axhline(best, color=colour, linestyle="--", label=f"best {rule}")
    of_all = [score.f1_of_all or 0.0 for score in choice.scores]
    if of_all:
        axes.axhline(sum(of_all) / len(of_all), color="#999999", linestyle=":", label="everybody")
    axes.set_title(f"F1 of lost; applied: {choice.candidate.name}")
    axes.set_xlabel("days of silence")
    axes.set_ylim(0, 1)
    axes.legend(fontsize="small")
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=80, metadata={"Software": None})
    encoded = base64.b64encode(picture.getvalue()).decode()
    return f"![F1 of the rules](data:image/png;base64,{encoded})"
