from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest

from assets.enrich.segments.kmeans import KEEP_MARGIN, MIN_CUSTOMERS, cluster
from assets.enrich.tables import SCHEMA
from tests.unit.enrich.segments.shops import AS_OF, content, names, planted, run, shop


def test_planted_clusters_are_found_and_named():
    con = shop(planted())
    found = run(con)
    assert found.chosen is not None
    assert found.chosen.k == 3
    assert found.chosen.silhouette > 0.7
    named = {kind: name for kind, (_, name) in names(con).items()}
    assert "frequent big spenders" in named["often"].lower()
    assert "small spenders" in named["rarely"]
    assert named["gone"].startswith("Silent")
    assert named["often"].endswith("more wine")
    zh = dict(con.sql(f"select name, name_zh from {SCHEMA}.behaviour_clusters").fetchall())
    assert "高频高额客户" in zh[named["often"]]
    assert zh[named["gone"]].endswith("，偏好 toys")


def test_every_buyer_is_in_the_nearest_cluster_once():
    con = shop(planted())
    run(con)
    [(rows, customers, sizes)] = con.sql(
        f"""
        select
            (select count(*) from {SCHEMA}.customer_clusters),
            (select count(distinct customer_key) from bought),
            (select sum(customers_count) from {SCHEMA}.behaviour_clusters)
        """
    ).fetchall()
    assert rows == customers == sizes == 180


def test_the_same_rows_give_the_same_tables_in_any_order():
    rows = planted()
    con = shop(rows)
    random.Random(3).shuffle(rows)
    other = shop(rows)
    run(con)
    run(other)
    assert content(con) == content(other)


def test_what_comes_after_the_date_changes_nothing():
    con = shop(planted())
    other = shop([*planted(), ("often001", AS_OF + timedelta(days=1), 9999.0, "cars")])
    run(con)
    run(other)
    assert content(con) == content(other)


def test_without_categories_only_behaviour_counts():
    con = shop(planted(), has_categories=False)
    run(con)
    assert set(names(con)) == {"often", "rarely", "gone"}
    assert con.sql(
        f"select count(distinct feature) from {SCHEMA}.behaviour_cluster_features"
    ).fetchall() == [(4,)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "No clusters: nobody has bought."),
        ([("c1", date(2017, 1, 1), 5.0, "x")], "No clusters: 1 customers are too few"),
        (
            [(f"c{number}", date(2017, 1, 1), 5.0, "x") for number in range(500)],
            "No clusters: the customers do not differ.",
        ),
    ],
)
def test_none_where_there_are_none(rows, reason):
    con = shop(rows)
    found = run(con)
    assert found.chosen is None
    tables = content(con)
    assert tables["customer_clusters"] == tables["behaviour_clusters"] == []
    [(_, k, silhouette, is_chosen, why)] = tables["behaviour_cluster_trials"]
    assert (k, silhouette, is_chosen) == (0, None, True)
    assert why.startswith(reason)


def test_few_customers_have_fewer_clusters():
    con = shop(planted(count=2 * MIN_CUSTOMERS // 3 + 1))
    found = run(con)
    assert [trial.k for trial in found.trials] == [2]


def test_last_nights_number_stays_unless_another_is_clearly_better():
    blurred = np.random.default_rng(2).normal(0, 1, (600, 3))
    first = cluster(blurred, None)
    best = first.chosen.silhouette
    close = [one.k for one in first.trials if 0 < best - one.silhouette <= KEEP_MARGIN]
    assert cluster(blurred, close[0]).chosen.k == close[0] != first.chosen.k
    clear = np.concatenate([blurred[:300] * 0.1, blurred[300:] * 0.1 + 5, blurred[:300] * 0.1 - 5])
    assert cluster(clear, 6).chosen.k == 3
