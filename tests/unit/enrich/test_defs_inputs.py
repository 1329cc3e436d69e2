"""What the assets read is there, in the columns that core and the seeds have."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
import yaml

from assets.enrich.churn import defs as churn
from assets.enrich.churn.calibrate import calibrate
from assets.enrich.segments import defs as segments
from assets.enrich.segments.clusters import cluster_customers
from assets.enrich.tables import SCHEMA
from pipelines.runtime.settings import PROJECT_ROOT

DBT = PROJECT_ROOT / "dbt_project"
MODELS = ("customer_purchase_days", "fct_order_lines", "dim_products")


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        f"attach ':memory:' as warehouse; create schema {SCHEMA};"
        "create schema warehouse.core; create schema warehouse.reference"
    ).fetchall()
    for file in (DBT / "models" / "core").glob("*.yml"):
        for model in yaml.safe_load(file.read_text()).get("models", []):
            if model["name"] in MODELS:
                columns = ", ".join(f"{c['name']} {c['data_type']}" for c in model["columns"])
                con.execute(f"create table warehouse.core.{model['name']} ({columns})").fetchall()
    for seed in ("marts/lifecycle_rules", "segments/cluster_phrases"):
        con.execute(
            f"create table warehouse.reference.{seed.partition('/')[2]} as"
            f" from read_csv('{DBT / 'seeds' / seed}.csv')"
        ).fetchall()
    return con


def test_the_inputs_of_the_churn_rule_are_there(build):
    assert calibrate(build, churn.INPUTS, date(2017, 12, 31)).choice.candidate.rule == "default"


def test_the_inputs_of_the_clusters_are_there(build):
    assert cluster_customers(build, segments.INPUTS, date(2017, 12, 31)).chosen is None


def test_a_free_order_breaks_no_silence(build):
    build.execute(
        "insert into warehouse.core.customer_purchase_days by name select 'C1' as customer_key,"
        " date '2017-06-01' + range::integer as purchased_on, 1 as purchase_order_count,"
        " range * 5.00 as kept_net_amount, 0.00 as contribution_margin_amount,"
        " 'web' as channel_id from range(2)"
    ).fetchall()
    calibrate(build, churn.INPUTS, date(2017, 12, 31))
    days = build.execute(f"select purchased_on from {SCHEMA}.churn_thresholds").fetchall()
    assert days == [(date(2017, 6, 2),)]
