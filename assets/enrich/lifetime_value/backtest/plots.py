"""Pictures of the back-test, for the Dagster UI and the report. Totals only, no person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

NAIVE_SHOWN = ("same_as_last_period", "recency_rule")
"""Rules drawn beside the model; one expectation for all customers has no deciles to speak of."""


def plot_deciles(deciles: Sequence[Mapping[str, Any]], chosen: str) -> bytes | None:
    """Predicted and actual amount by decile at the first split, the naive rules beside the model.

    Args:
        deciles: rows of value_model_backtest_deciles.
        chosen: the candidate to draw.

    Returns:
        A PNG; None if the candidate has no deciles.
    """
    from matplotlib.figure import Figure

    first = [row for row in deciles if row["split_number"] == 1]
    names = [name for name in (chosen, *NAIVE_SHOWN) if _of(first, name)]
    if chosen not in names:
        return None
    figure = Figure(figsize=(9, 3), layout="constrained")
    panes = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for pane, name in zip(panes, names, strict=True):
        rows = _of(first, name)
        places = [row["decile"] for row in rows]
        color = "#4c72b0" if name == chosen else "#8c8c8c"
        predicted = [row["predicted_net_amount"] for row in rows]
        pane.bar(places, predicted, color=color, label="predicted")
        pane.plot(places, [row["actual_net_amount"] for row in rows], "ko", ms=4, label="actual")
        pane.set_title(name)
        pane.set_xlabel("decile by prediction")
        pane.set_xticks(places)
    panes[0].set_ylabel("net amount")
    panes[0].legend()
    return _png(figure)


def plot_candidates(rows: Sequence[Mapping[str, Any]]) -> bytes | None:
    """Ranking and totals of all candidates, the mean over the splits; the chosen one marked.

    Args:
        rows: of value_model_backtests.

    Returns:
        A PNG; None without rows.
    """
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(row["candidate"] for row in rows))
    if not names:
        return None
    chosen = {row["candidate"] for row in rows if row["is_chosen"]}
    naive = {row["candidate"] for row in rows if row["kind"] == "naive"}
    colors = [
        "#55a868" if name in chosen else "#8c8c8c" if name in naive else "#4c72b0" for name in names
    ]
    figure = Figure(figsize=(9, 0.9 + 0.25 * len(names)), layout="constrained")
    panes = figure.subplots(1, 3, sharey=True)
    measures = {
        "normalised_gini": "Normalised Gini",
        "net_calibration": "Predicted by actual amount",
        "rmse": "RMSE",
    }
    for pane, (measure, title) in zip(panes, measures.items(), strict=True):
        means = [_mean([row[measure] for row in rows if row["candidate"] == n]) for n in names]
        drawn = pane.barh(names, means, color=colors)
        pane.bar_label(drawn, fmt="{:,.3g}", padding=2)
        pane.set_title(title)
        pane.margins(x=0.2)
    panes[1].axvline(1.0, color="black", lw=0.8)
    panes[0].invert_yaxis()
    return _png(figure)


def _of(rows: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["candidate"] == name]


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


def _png(figure: Any) -> bytes:
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=80, metadata={"Software": None})
    return picture.getvalue()
