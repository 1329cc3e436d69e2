from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest

from assets.enrich.segments.kmeans import KEEP_MARGIN, MIN_CUSTOMERS, cluster
from assets.enrich.tables import SCHEMA
from tests.unit.enrich.segments.shops import AS_OF, content, keep, names, planted, run, shop


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


def test_ids_and_names_stay_though_a_few_customers_change():
    con = shop(planted())
    run(con)
    generator = random.Random(9)
    rows = [row for row in planted() if generator.random() > 0.05]
    other = shop(rows)
    keep(con, other)
    run(other, "warehouse.before")
    assert names(other) == names(con)
    assert other.sql(f"select bool_or(is_new) from {SCHEMA}.behaviour_clusters").fetchall() == [
        (False,)
    ]


def test_permuted_ids_of_last_night_are_matched():
    con = shop(planted())
    run(con)
    other = shop(planted())
    keep(con, other)
    other.execute(
        "update warehouse.before.behaviour_clusters"
        " set cluster_id = 20 - cluster_id, name = name || '!', highest_cluster_id = 40;"
        "update warehouse.before.behaviour_cluster_features set cluster_id = 20 - cluster_id"
    ).fetchall()
    run(other, "warehouse.before")
    expected = {kind: (20 - number, f"{name}!") for kind, (number, name) in names(con).items()}
    assert names(other) == expected


def test_a_cluster_in_a_new_place_gets_a_new_id_and_never_an_old_one():
    con = shop(planted())
    run(con)
    other = shop(planted())
    keep(con, other)
    [gone] = [number for kind, (number, _) in names(con).items() if kind == "gone"]
    other.execute(
        "update warehouse.before.behaviour_cluster_features set anchor = anchor + 10"
        f" where cluster_id = {gone};"
        "update warehouse.before.behaviour_clusters set highest_cluster_id = 7"
    ).fetchall()
    run(other, "warehouse.before")
    before, after = names(con), names(other)
    assert after["gone"][0] == 8
    assert {kind: after[kind] for kind in ("often", "rarely")} == {
        kind: before[kind] for kind in ("often", "rarely")
    }


def test_a_schema_without_tables_is_a_first_night():
    con, other = shop(planted()), shop(planted())
    run(con)
    run(other, "warehouse.before")
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
