"""Dagster assets of the behaviour clusters: one step that finds, matches and names them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import duckdb

from assets.enrich.defs import markdown, spec
from assets.enrich.segments.clusters import cluster_customers
from assets.enrich.segments.features import Inputs
from assets.enrich.segments.plot import plot_clusters
from assets.enrich.segments.tables import (
    BEHAVIOUR_CLUSTER_FEATURES,
    BEHAVIOUR_CLUSTER_TRIALS,
    BEHAVIOUR_CLUSTERS,
    TABLES,
)
from assets.enrich.tables import SCHEMA
from pipelines.runtime import keys
from pipelines.runtime.builds import Build
from pipelines.runtime.resources import PipelineResource

# Departments, not categories: of the many categories each has too little of anybody's spend.
CATEGORY_DAYS = """(
    select
        lines.customer_key,
        lines.ordered_date as purchased_on,
        coalesce(products.department, products.product_category) as category,
        lines.kept_net_amount as net_amount
    from warehouse.core.fct_order_lines as lines
    inner join warehouse.core.dim_products as products on lines.product_id = products.product_id
    where lines.kept_net_amount > 0 and not products.is_unknown
)"""
INPUTS = Inputs(
    purchase_days="warehouse.core.customer_purchase_days",
    category_days=CATEGORY_DAYS,
    phrases="warehouse.reference.cluster_phrases",
)
_DEPS = [
    *(
        dg.AssetKey([keys.CORE, model])
        for model in ("customer_purchase_days", "fct_order_lines", "dim_products")
    ),
    dg.AssetKey(["reference", "cluster_phrases"]),
]
_LAST_NIGHT = "warehouse_before"


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
        with _attached(con, pipeline, context.run_id) as last_night:
            found = cluster_customers(con, INPUTS, pipeline.as_of(context), last_night)
        counts = {
            table.name: con.execute(f"select count(*) from {table.relation}").fetchall()[0][0]
            for table in TABLES
        }
        details = _details(con)
    context.log.info(f"{counts[BEHAVIOUR_CLUSTERS.name]} behaviour clusters: {found.reason}")
    for table in TABLES:
        yield dg.MaterializeResult(
            asset_key=[keys.ENRICH, table.name],
            metadata={"dagster/row_count": counts[table.name], **details.get(table.name, {})},
        )


@contextmanager
def _attached(
    con: duckdb.DuckDBPyConnection, pipeline: PipelineResource, run_id: str
) -> Iterator[str | None]:
    """The schema with the live build's clusters, attached for reading."""
    vault = pipeline.live_vault(run_id)
    warehouse = Build(vault.parent).warehouse_path if vault else None
    if warehouse is None or not warehouse.exists():
        yield None
        return
    con.execute(f"attach '{warehouse}' as {_LAST_NIGHT} (read_only)").fetchall()
    try:
        yield f"{_LAST_NIGHT}.enrich"
    finally:
        con.execute(f"detach {_LAST_NIGHT}").fetchall()


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
        BEHAVIOUR_CLUSTER_TRIALS.name: {
            "silhouettes": markdown(("k", "silhouette", "chosen", "reason"), trials),
        },
    }
