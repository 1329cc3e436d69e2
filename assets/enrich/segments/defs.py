"""Dagster assets of the behaviour clusters: one step that finds, matches and names them."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb

from assets.enrich.defs import markdown, model_card, night_before, spec
from assets.enrich.purchase_days import PURCHASE_DAYS, category_days
from assets.enrich.segments.clusters import cluster_customers
from assets.enrich.segments.features import Inputs
from assets.enrich.segments.plot import plot_clusters
from assets.enrich.segments.tables import (
    BEHAVIOUR_CLUSTER_FEATURES,
    BEHAVIOUR_CLUSTER_HISTORY,
    BEHAVIOUR_CLUSTER_TRIALS,
    BEHAVIOUR_CLUSTERS,
    CUSTOMER_CLUSTERS,
    TABLES,
)
from assets.enrich.tables import SCHEMA
from pipelines.runtime import keys
from pipelines.runtime.resources import PipelineResource

# Departments, not categories: of the many categories each has too little of anybody's spend.
INPUTS = Inputs(
    purchase_days=PURCHASE_DAYS,
    category_days=category_days("coalesce(products.department, products.product_category)"),
    phrases="warehouse.reference.cluster_phrases",
)
_DEPS = [
    *(
        dg.AssetKey([keys.CORE, model])
        for model in ("customer_purchase_days", "fct_order_lines", "dim_products")
    ),
    dg.AssetKey(["reference", "cluster_phrases"]),
]

_NEWEST = 30
"""Clusters that the page of the history shows; there may be any number of them over the years."""


@dg.multi_asset(
    name="behaviour_clusters",
    specs=[spec(table, _DEPS) for table in TABLES],
    pool=keys.WRITER_POOL,
)
def behaviour_clusters(
    context: dg.AssetExecutionContext, pipeline: PipelineResource
) -> Iterator[dg.MaterializeResult]:
    """Group the buyers by what they do; clusters that were there last night keep their names."""
    with pipeline.build(context.run_id).connect() as con:
        con.execute(f"create schema if not exists {SCHEMA}").fetchall()
        with night_before(con, pipeline.live_warehouse(context.run_id)) as last_night:
            found = cluster_customers(con, INPUTS, pipeline.as_of(context), last_night)
        counts = {
            table.name: con.execute(f"select count(*) from {table.relation}").fetchall()[0][0]
            for table in TABLES
        }
        details = _details(con)
    details[BEHAVIOUR_CLUSTERS.name]["card"] = model_card(
        "Behaviour clusters 行为群组",
        use="speaking of customers in groups; not for prices or terms of one customer",
        data=(
            "recency, frequency, amount, tenure and shares of categories of "
            f"{counts[CUSTOMER_CLUSTERS.name]:,} buyers up to {pipeline.as_of(context)}"
        ),
        quality=found.reason,
        limits=(
            "with a silhouette below 0.25 customers are a continuum and the borders are arbitrary; "
            "a name says what set the cluster apart when it was named"
        ),
    )
    context.log.info(f"{counts[BEHAVIOUR_CLUSTERS.name]} behaviour clusters: {found.reason}")
    for table in TABLES:
        yield dg.MaterializeResult(
            asset_key=[keys.ENRICH, table.name],
            metadata={"dagster/row_count": counts[table.name], **details.get(table.name, {})},
        )


def _details(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    clusters = con.execute(
        "select cluster_id, name, name_zh, customers_count, silhouette, is_new, matched_distance"
        f" from {BEHAVIOUR_CLUSTERS.relation} order by customers_count desc, cluster_id"
    ).fetchall()
    features = con.execute(
        f"select clusters.name, feature, scaled_centroid from {BEHAVIOUR_CLUSTER_FEATURES.relation}"
        f" inner join {BEHAVIOUR_CLUSTERS.relation} as clusters using (cluster_id)"
        f" order by cluster_id, {BEHAVIOUR_CLUSTER_FEATURES.name}.rowid"
    ).fetchall()
    trials = con.execute(
        "select k, silhouette, is_chosen, reason"
        f" from {BEHAVIOUR_CLUSTER_TRIALS.relation} order by k"
    ).fetchall()
    history = con.execute(
        "select cluster_id, any_value(name), any_value(name_zh), min(clustered_on),"
        f" max(clustered_on), count(*) from {BEHAVIOUR_CLUSTER_HISTORY.relation}"
        f" group by cluster_id order by cluster_id desc limit {_NEWEST}"
    ).fetchall()
    [(chosen_silhouette, reason)] = [row[1:4:2] for row in trials if row[2]]
    header = ("cluster", "name", "name_zh", "customers", "silhouette", "new", "distance")
    picture = plot_clusters(features, [(k, silhouette) for k, silhouette, *_ in trials])
    return {
        BEHAVIOUR_CLUSTERS.name: {
            "clusters": markdown(header, clusters),
            "reason": reason,
            **({} if chosen_silhouette is None else {"silhouette": float(chosen_silhouette)}),
            **({"picture": dg.MetadataValue.md(picture)} if picture else {}),
        },
        BEHAVIOUR_CLUSTER_HISTORY.name: {
            "newest": markdown(("cluster", "name", "name_zh", "from", "until", "nights"), history),
        },
        BEHAVIOUR_CLUSTER_TRIALS.name: {
            "silhouettes": markdown(("k", "silhouette", "chosen", "reason"), trials),
        },
    }
