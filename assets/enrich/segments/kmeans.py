"""How many clusters there are, and where: k-means on a sample, judged by the silhouette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Labels = npt.NDArray[np.int64]

MOST_CLUSTERS = 8
FEWEST_CLUSTERS = 3
MIN_CUSTOMERS = 50
"""Customers per cluster that there must be on average: with less there are fewer clusters."""

SILHOUETTE_SAMPLE = 3_000
KEEP_MARGIN = 0.02
"""By how much the silhouette of another number must be better than that of last night's number."""

STARTS = 5
SEED = 20171231


@dataclass(frozen=True)
class Trial:
    """One number of clusters.

    Args:
        k: the number.
        silhouette: mean over the sample, -1 to 1.
        centroids: clusters x features, scaled.
        cluster_silhouettes: mean of each cluster; NaN where none of it is in the sample.
    """

    k: int
    silhouette: float
    centroids: Floats
    cluster_silhouettes: Floats


@dataclass(frozen=True)
class Clustering:
    """The trials, and the one taken.

    Args:
        trials: by growing number.
        chosen: None where there are no clusters.
        reason: why this number, or why none.
    """

    trials: tuple[Trial, ...]
    chosen: Trial | None
    reason: str


def cluster(scaled: Floats, last_k: int | None) -> Clustering:
    """Find the clusters of a sample (customers x features, scaled).

    The number with the best silhouette in FEWEST_CLUSTERS..MOST_CLUSTERS is taken; fewer customers
    than MIN_CUSTOMERS for each mean fewer clusters. Last night's number stays unless another is
    better by KEEP_MARGIN.
    """
    import numpy as np

    customers = len(scaled)
    distinct = len(np.unique(np.round(scaled, 6), axis=0)) if customers else 0
    most = min(MOST_CLUSTERS, customers // MIN_CUSTOMERS, distinct - 1)
    if most < 2:
        few = customers < 2 * MIN_CUSTOMERS
        why = (
            f"{customers} customers are too few for two clusters of {MIN_CUSTOMERS}"
            if few
            else "the customers do not differ"
        )
        return Clustering((), None, f"No clusters: {why}.")
    fewest = min(FEWEST_CLUSTERS, most)
    trials = tuple(_try(scaled, k) for k in range(fewest, most + 1))
    best = max(trials, key=lambda trial: (trial.silhouette, -trial.k))
    last = next((trial for trial in trials if trial.k == last_k), None)
    if last is not None and last.silhouette >= best.silhouette - KEEP_MARGIN:
        return Clustering(
            trials, last, f"As last night; no other number is better by more than {KEEP_MARGIN:g}."
        )
    return Clustering(trials, best, f"The best silhouette of {fewest} to {most} clusters.")


def _try(scaled: Floats, k: int) -> Trial:
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_samples
    from threadpoolctl import threadpool_limits

    # The order in which threads add up would show in the last digits.
    with threadpool_limits(limits=1):
        model = KMeans(n_clusters=k, n_init=STARTS, random_state=SEED).fit(scaled)
        centroids = np.round(model.cluster_centers_, 9)
        judged = scaled[:SILHOUETTE_SAMPLE]
        labels = nearest(judged, centroids)
        present = np.unique(labels)
        if len(present) < 2 or len(present) >= len(judged):
            return Trial(k, -1.0, centroids, np.full(k, np.nan))
        silhouettes = silhouette_samples(judged, labels)
    own = np.array(
        [
            float(silhouettes[labels == place].mean()) if place in present else np.nan
            for place in range(k)
        ]
    )
    return Trial(k, round(float(silhouettes.mean()), 6), centroids, np.round(own, 6))


def nearest(scaled: Floats, centroids: Floats) -> Labels:
    """The nearest centroid of each row, the first of equals."""
    import numpy as np

    distances = np.stack([((scaled - one) ** 2).sum(axis=1) for one in centroids], axis=1)
    labels: Labels = np.argmin(distances, axis=1)
    return labels
