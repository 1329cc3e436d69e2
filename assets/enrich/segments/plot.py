"""Where the clusters lie and how many clusters were best, for the Dagster UI."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO


def plot_clusters(
    features: Sequence[tuple[str, str, float]], trials: Sequence[tuple[int, float | None]]
) -> str:
    """Markdown with a PNG; empty where there are no clusters.

    Args:
        features: name of the cluster, feature, scaled centroid.
        trials: number of clusters and its silhouette.
    """
    if not features:
        return ""
    # Matplotlib takes 0.6 CPU s to import; loading the code location must not pay for it.
    from matplotlib.figure import Figure

    columns = list(dict.fromkeys(feature for _, feature, _ in features))
    values = {(name, feature): value for name, feature, value in features}
    rows = list(dict.fromkeys(name for name, _, _ in features))
    figure = Figure(figsize=(11, 1.5 + 0.4 * len(rows)), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[3, 1])
    shown = [[values[name, feature] for feature in columns] for name in rows]
    left.imshow(shown, aspect="auto", cmap="RdBu_r", vmin=-2, vmax=2)
    left.set_xticks(range(len(columns)), columns, rotation=45, ha="right", fontsize="small")
    left.set_yticks(range(len(rows)), rows, fontsize="small")
    left.set_title("Where the clusters lie (median of all = 0)")
    judged = [(k, silhouette) for k, silhouette in trials if silhouette is not None]
    right.plot(*zip(*judged, strict=True), marker="o", color="#4c72b0")
    right.set_title("Silhouette by number")
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=80, metadata={"Software": None})
    encoded = base64.b64encode(picture.getvalue()).decode()
    return f"![Behaviour clusters](data:image/png;base64,{encoded})"
