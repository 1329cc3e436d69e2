"""The whole demo company: what is published equals what 84.51° delivered, counted outside.

The expected figures come from the Complete Journey files themselves.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.integration.company import Instance

pytestmark = pytest.mark.pipeline


@pytest.mark.parametrize(
    ("what", "sql", "expected"),
    [
        (
            "sales value",
            "select sum(net_amount) from publish.fct_order_lines",
            Decimal("4596039.58"),
        ),
        ("lines", "select count(*) from publish.fct_order_lines", 1_469_307),
        ("baskets", "select count(*) from publish.fct_orders", 155_848),
        (
            "sales value of orders",
            "select sum(net_amount) from publish.fct_orders",
            Decimal("4596039.58"),
        ),
        ("households", "select count(distinct shop_customer_key) from publish.fct_orders", 2_469),
        (
            "campaigns",
            "select count(*) from publish.dim_campaigns where not is_unknown",
            27,
        ),
        (
            "targetings",
            "select count(*) from publish.fct_campaign_touches where touch_kind = 'targeted'",
            6_589,
        ),
        ("redemptions", "select count(*) from publish.fct_coupon_redemptions", 2_102),
        (
            "lines of products outside the catalogue, kept",
            "select count(*) from publish.fct_order_lines where is_unknown_product",
            4_836,
        ),
    ],
)
def test_published_figure_equals_the_source(
    demo_company: Instance, what: str, sql: str, expected: object
) -> None:
    assert demo_company.query(sql) == [(expected,)], what


def test_every_row_is_accounted_for(demo_company: Instance) -> None:
    rows = demo_company.query(
        "select source_name, object_name from publish.row_accounting where not is_balanced"
    )
    assert rows == []
    read, kept = demo_company.query(
        "select sum(rows_read), "
        "sum(rows_quarantined + rows_expired + rows_after_as_of + rows_merged + rows_staged)"
        " from publish.row_accounting"
    )[0]
    assert read == kept


def test_the_value_model_in_use_is_right_about_the_last_quarter(demo_company: Instance) -> None:
    """The levels that an earlier study reached on these households, 90 days instead of its 92."""
    [(net, gini, auc, rmse_by_naive, clv)] = demo_company.query(
        """
        select
            max(net_calibration) filter (where is_chosen),
            max(normalised_gini) filter (where is_chosen),
            max(auc) filter (where is_chosen),
            max(rmse) filter (where is_chosen) / min(rmse) filter (where kind = 'naive'),
            (select sum(clv) from publish.customer_lifetime_value)
        from publish.value_model_backtests
        where split_number = 1
        """
    )
    assert 0.97 <= net <= 1.03
    assert gini >= 0.865
    assert auc >= 0.89
    assert rmse_by_naive < 1
    # Three years of margin, discounted, of households that earned 738,199 in one.
    assert 1_500_000 < clv < 2_200_000


def test_parquet_and_duckdb_say_the_same(demo_company: Instance) -> None:
    for (table,) in demo_company.query(
        "select table_name from duckdb_tables() where table_name <> 'publication'"
    ):
        file = demo_company.current / "parquet" / f"{table}.parquet"
        in_file = duckdb.sql(f"select count(*) from '{file}'").fetchall()
        assert in_file == demo_company.query(f"select count(*) from publish.{table}"), table


def test_every_published_table_and_column_is_documented(demo_company: Instance) -> None:
    silent = demo_company.query(
        """
        select table_name, column_name from duckdb_columns()
        where schema_name = 'publish' and table_name <> 'publication'
            and coalesce(comment, '') = ''
        """
    )
    assert silent == []


def test_no_planted_personal_value_reaches_a_published_table(demo_company: Instance) -> None:
    """Every e-mail and mobile of the shop's accounts, looked for in every text column."""
    accounts = demo_company.data / "orders" / "customers.csv"
    people = duckdb.sql(
        f"select distinct lower(trim(email)) from read_csv('{accounts}', all_varchar=true, "
        "ignore_errors=true, null_padding=true, strict_mode=false) where length(trim(email)) > 6"
    ).fetchall()
    assert len(people) > 1_000
    secrets = {value for (value,) in people}
    for table, column in demo_company.query(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'publish' and data_type = 'VARCHAR'"
    ):
        found = demo_company.query(
            f'select distinct lower("{column}") from publish.{table} '
            f"""where "{column}" like '%@%' """
        )
        leaked = [v for (v,) in found if any(secret in v for secret in secrets)]
        assert leaked == [], f"{table}.{column} holds {len(leaked)} e-mail addresses"


def test_each_planted_fault_is_quarantined_under_its_rule(demo_company: Instance) -> None:
    planted = json.loads((demo_company.data / "truth" / "figures.json").read_text())["faults"]
    build = demo_company.home / "builds" / demo_company.current.readlink().name
    assert quarantined(build / "vault.duckdb") == planted
    assert sum(sum(rules.values()) for rules in planted.values()) > 80


def quarantined(vault: Path) -> dict[str, dict[str, int]]:
    """Refused rows by object and rule."""
    found: dict[str, dict[str, int]] = {}
    with duckdb.connect(str(vault), read_only=True) as reader:
        tables = reader.execute(
            "select table_name from information_schema.tables where table_schema = 'quarantine'"
        ).fetchall()
        for (table,) in tables:
            rules = reader.execute(f"select rule, count(*) from quarantine.{table} group by rule")
            counts = dict(rules.fetchall())
            if counts:
                found[table.replace("__", ".", 1)] = counts
    return found
