"""The tables that the clusters leave, each column with its type and meaning."""

from __future__ import annotations

from assets.enrich.tables import EnrichTable

_AS_OF = ("as_of_date", "date", "Business date of the run (统计日期).")
_CLUSTER = (
    "cluster_id",
    "integer",
    "Number of the cluster (群组编号); it stays while the cluster does, and is never given twice.",
)
_NAMES = (
    ("name", "varchar", "Name from what set the cluster apart when it was named (群组名称)."),
    ("name_zh", "varchar", "The same in Chinese (群组中文名称)."),
)

CUSTOMER_CLUSTERS = EnrichTable(
    "customer_clusters",
    "One row per buyer (客户行为群组): the behaviour cluster that is nearest. Empty where there are"
    " no clusters.",
    (
        ("customer_key", "varchar", "Pseudonymous key of the customer (客户键)."),
        _AS_OF,
        _CLUSTER,
        ("distance", "decimal(9, 4)", "Distance to the centroid, in scaled features (距离)."),
    ),
)
BEHAVIOUR_CLUSTERS = EnrichTable(
    "behaviour_clusters",
    "One row per behaviour cluster (行为群组): its name, its size and how clear it is.",
    (
        _AS_OF,
        _CLUSTER,
        *_NAMES,
        ("customers_count", "bigint", "Buyers in the cluster (客户数)."),
        (
            "silhouette",
            "decimal(9, 6)",
            "Mean silhouette of the cluster in the sample (轮廓系数), 1 is clearly apart.",
        ),
        ("k", "integer", "Number of clusters (群组数)."),
        ("is_new", "boolean", "Whether the cluster was named tonight (是否新群组)."),
        (
            "matched_distance",
            "decimal(9, 6)",
            "Distance to the centroid that the cluster was named at; empty if new (匹配距离).",
        ),
        ("highest_cluster_id", "integer", "Highest number ever given (历史最大编号)."),
    ),
)
BEHAVIOUR_CLUSTER_FEATURES = EnrichTable(
    "behaviour_cluster_features",
    "One row per behaviour cluster and feature (群组特征): where the cluster lies.",
    (
        _AS_OF,
        _CLUSTER,
        (
            "feature",
            "varchar",
            "Feature (特征): recency, frequency, monetary, tenure as logarithms of days, purchase"
            " days and amount; share:… is a category's share of the net amount.",
        ),
        ("centroid", "double", "Mean of the cluster, in the feature's unit (中心)."),
        (
            "scaled_centroid",
            "double",
            "Mean of the cluster, less the median of all buyers, by their spread (标准化中心).",
        ),
    ),
)
BEHAVIOUR_CLUSTER_HISTORY = EnrichTable(
    "behaviour_cluster_history",
    "One row per night until this one and behaviour cluster (群组历史): by what later nights know"
    " it again.",
    (
        _AS_OF,
        ("clustered_on", "date", "Business date of the night (聚类日期)."),
        _CLUSTER,
        *_NAMES,
        (
            "anchor",
            "map(varchar, double)",
            "Scaled mean of the cluster when it was named, by feature (命名时的标准化中心).",
        ),
    ),
)
BEHAVIOUR_CLUSTER_TRIALS = EnrichTable(
    "behaviour_cluster_trials",
    "One row per number of clusters that was tried (群组数试验); one row with 0 where there are no"
    " clusters.",
    (
        _AS_OF,
        ("k", "integer", "Number of clusters (群组数)."),
        ("silhouette", "decimal(9, 6)", "Mean silhouette in the sample (轮廓系数)."),
        ("is_chosen", "boolean", "Whether this number was taken (是否采用)."),
        ("reason", "varchar", "Why it was taken, or why there are none (原因)."),
    ),
)
TABLES = (
    CUSTOMER_CLUSTERS,
    BEHAVIOUR_CLUSTERS,
    BEHAVIOUR_CLUSTER_FEATURES,
    BEHAVIOUR_CLUSTER_HISTORY,
    BEHAVIOUR_CLUSTER_TRIALS,
)
