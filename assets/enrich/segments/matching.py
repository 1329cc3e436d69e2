"""Which cluster of tonight is which of last night: ids and names stay with what they were given to.

Places are compared as each night scaled them, among the buyers of that night: everybody's tenure
grows by a day a night, and no name says more than how a cluster differs from the others. A cluster
is compared with the place that it was named at, not with last night's: one that drifts away in
small steps gets a new name when it has left its old place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LIMIT = 0.5
"""A cluster keeps its id up to this share of the way to its nearest neighbour of tonight."""

FAR = 1e9
"""Stands for no distance at all; the pairing needs finite ones."""


@dataclass(frozen=True)
class Known:
    """A cluster that has its number and its name.

    Args:
        cluster_id: its number, never given twice.
        name: its name.
        name_zh: its Chinese name.
        anchor: the centroid when it was named, by feature, as that night scaled it.
    """

    cluster_id: int
    name: str
    name_zh: str
    anchor: dict[str, float]


@dataclass(frozen=True)
class Match:
    """A cluster of tonight that is one of last night.

    Args:
        known: the cluster of last night.
        distance: between the centroids, scaled as tonight.
    """

    known: Known
    distance: float


@dataclass(frozen=True)
class LastNight:
    """What the latest night with clusters left, of those before tonight.

    Args:
        clusters: by id.
        highest_id: highest id that was given on any night before.
    """

    clusters: tuple[Known, ...] = ()
    highest_id: int = 0


def match(centroids: Floats, features: Sequence[str], last_night: LastNight) -> list[Match | None]:
    """Pair tonight's centroids (clusters x features, scaled) with last night's clusters.

    The pairs with the least distances in sum; none beyond the limit. Only features that both
    nights have are compared.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    found: list[Match | None] = [None] * len(centroids)
    if not last_night.clusters:
        return found
    distances = np.column_stack(
        [_distances(centroids, features, known) for known in last_night.clusters]
    )
    limits = LIMIT * _to_neighbours(centroids)
    # What is too far is made no dearer than a refusal, so that it never displaces a good pair.
    cost = np.minimum(np.minimum(distances, limits[:, None] + 1e-9), FAR)
    for place, other in zip(*linear_sum_assignment(cost), strict=True):
        if distances[place, other] <= min(limits[place], FAR):
            distance = round(float(distances[place, other]), 6)
            found[int(place)] = Match(last_night.clusters[int(other)], distance)
    return found


def _distances(centroids: Floats, features: Sequence[str], known: Known) -> Floats:
    import numpy as np

    shared = np.array([name in known.anchor for name in features])
    if not shared.any():
        return np.full(len(centroids), np.inf)
    anchor = np.array([known.anchor.get(name, 0.0) for name in features])
    squares = ((centroids - anchor) ** 2)[:, shared].sum(axis=1)
    distances: Floats = np.sqrt(squares * len(shared) / shared.sum())
    return distances


def _to_neighbours(centroids: Floats) -> Floats:
    import numpy as np

    between = np.sqrt(((centroids[:, None, :] - centroids[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(between, np.inf)
    nearest: Floats = between.min(axis=1)
    return nearest
