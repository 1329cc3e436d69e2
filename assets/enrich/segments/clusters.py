"""The behaviour clusters of a night: found, matched with last night's, named, written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.segments.features import Inputs, Scale, read_sample, scale_of, write_features
from assets.enrich.segments.history import add_tonight, carry_over, read_last_night
from assets.enrich.segments.kmeans import Clustering, Trial, cluster
from assets.enrich.segments.matching import Known, LastNight, Match, match
from assets.enrich.segments.naming import names_of, read_phrases
from assets.enrich.segments.tables import (
    BEHAVIOUR_CLUSTER_FEATURES,
    BEHAVIOUR_CLUSTER_HISTORY,
    BEHAVIOUR_CLUSTER_TRIALS,
    BEHAVIOUR_CLUSTERS,
    CUSTOMER_CLUSTERS,
    TABLES,
)
from assets.enrich.tables import table_before

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Named:
    """A cluster of tonight with the number and the name that it goes by.

    Args:
        known: its number, its name and where it was when it was named.
        centroid: scaled as tonight.
        matched: the cluster of last night that it is; None if it is new.
        silhouette: its mean silhouette in the sample; NaN if unknown.
    """

    known: Known
    centroid: Floats
    matched: Match | None
    silhouette: float


def cluster_customers(
    con: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    as_of: date,
    last_night: str | None = None,
) -> Clustering:
    """Cluster the buyers until `as_of` and write the tables of tables.py.

    Args:
        con: connection that sees the inputs and may write the schema enrich.
        inputs: relations to read.
        as_of: the run's business date.
        last_night: schema with the tables of the live build, such as `warehouse_before.enrich`;
            None, or a schema without them, on the first night. It may be of this date or a later
            one: only its nights before `as_of` are known.
    """
    history = table_before(con, BEHAVIOUR_CLUSTER_HISTORY, last_night)
    before = read_last_night(con, history, as_of)
    phrases = read_phrases(con, inputs.phrases)
    features = write_features(con, inputs, as_of)
    sample = read_sample(con, len(features))
    for table in TABLES:
        table.create(con)
    carry_over(con, history, as_of)
    if not len(sample):
        found = Clustering((), None, "No clusters: nobody has bought.")
        _write_trials(con, as_of, found)
        return found
    scale = scale_of(features, sample)
    scaled = scale.scaled(sample)
    found = cluster(scaled, len(before.clusters) or None)
    _write_trials(con, as_of, found)
    if found.chosen is None:
        return found
    matches = match(found.chosen.centroids, features, before)
    names = names_of(
        found.chosen.centroids,
        scaled.mean(axis=0),
        scale,
        phrases,
        taken=[one.known.name for one in matches if one],
    )
    named = _named(found.chosen, features, matches, names, before, _sizes(scaled, found.chosen))
    _write_customers(con, as_of, scale, named)
    _write_clusters(con, as_of, scale, named, before)
    add_tonight(con, [one.known for one in named], as_of)
    return found


def _sizes(scaled: Floats, trial: Trial) -> list[int]:
    import numpy as np

    from assets.enrich.segments.kmeans import nearest

    counts: list[int] = np.bincount(nearest(scaled, trial.centroids), minlength=trial.k).tolist()
    return counts


def _named(
    trial: Trial,
    features: Sequence[str],
    matches: list[Match | None],
    names: list[tuple[str, str]],
    before: LastNight,
    sizes: list[int],
) -> list[Named]:
    """Tonight's clusters by id; new ones are numbered by size, the largest first."""
    order = sorted(range(trial.k), key=lambda place: (-sizes[place], place))
    next_id = before.highest_id
    found = []
    for place in order:
        matched = matches[place]
        centroid, silhouette = trial.centroids[place], float(trial.cluster_silhouettes[place])
        if matched is None:
            next_id += 1
            anchor = dict(zip(features, map(float, centroid), strict=True))
            known = Known(next_id, *names[place], anchor)
        else:
            known = matched.known
        found.append(Named(known, centroid, matched, silhouette))
    return sorted(found, key=lambda one: one.known.cluster_id)


def _write_customers(
    con: duckdb.DuckDBPyConnection, as_of: date, scale: Scale, named: list[Named]
) -> None:
    """Every buyer at the nearest centroid, the smallest id of equals; no row leaves the engine."""
    scaled = ", ".join(f"{scale.sql(place)} as z{place}" for place in range(len(scale.features)))
    distances = ", ".join(
        "struct_pack(distance := sqrt("
        + " + ".join(
            f"(z{place} - {float(value)!r}) ** 2" for place, value in enumerate(one.centroid)
        )
        + f"), cluster_id := {one.known.cluster_id})"
        for one in named
    )
    con.execute(
        f"""
        insert into {CUSTOMER_CLUSTERS.relation}
        with scaled as (
            select customer_key, {scaled} from cluster_features
        ),
        nearest as (
            select customer_key, list_min([{distances}]) as nearest from scaled
        )
        select customer_key, $as_of, nearest.cluster_id, nearest.distance
        from nearest
        order by customer_key
        """,
        {"as_of": as_of},
    ).fetchall()


def _write_clusters(
    con: duckdb.DuckDBPyConnection,
    as_of: date,
    scale: Scale,
    named: list[Named],
    before: LastNight,
) -> None:
    counts: dict[int, int] = dict(
        con.execute(
            f"select cluster_id, count(*) from {CUSTOMER_CLUSTERS.relation} group by cluster_id"
        ).fetchall()
    )
    highest = max(before.highest_id, *(one.known.cluster_id for one in named))
    for one in named:
        known = one.known
        con.execute(
            f"insert into {BEHAVIOUR_CLUSTERS.relation} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                as_of,
                known.cluster_id,
                known.name,
                known.name_zh,
                counts.get(known.cluster_id, 0),
                None if one.silhouette != one.silhouette else one.silhouette,
                len(named),
                one.matched is None,
                one.matched.distance if one.matched else None,
                highest,
            ],
        ).fetchall()
        natural = scale.natural(one.centroid)
        rows = [
            (
                as_of,
                known.cluster_id,
                feature,
                round(float(natural[place]), 9),
                float(one.centroid[place]),
            )
            for place, feature in enumerate(scale.features)
        ]
        con.executemany(
            f"insert into {BEHAVIOUR_CLUSTER_FEATURES.relation} values (?, ?, ?, ?, ?)", rows
        ).fetchall()


def _write_trials(con: duckdb.DuckDBPyConnection, as_of: date, found: Clustering) -> None:
    rows: list[tuple[object, ...]] = [
        (
            as_of,
            trial.k,
            trial.silhouette,
            trial is found.chosen,
            found.reason if trial is found.chosen else None,
        )
        for trial in found.trials
    ]
    con.executemany(
        f"insert into {BEHAVIOUR_CLUSTER_TRIALS.relation} values (?, ?, ?, ?, ?)",
        rows or [(as_of, 0, None, True, found.reason)],
    ).fetchall()
