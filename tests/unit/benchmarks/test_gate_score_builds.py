"""Every mutation of a build changes its table, on tables with just the columns that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from benchmarks.gate_score.changes import Changes
from benchmarks.gate_score.faults import FAULTS, Built
from benchmarks.gate_score.trial import STARTS

AS_OF = date(2017, 12, 20)
KEY = "'C' || (i % 397) as customer_key"
PUBLISHED = ("customer_360", "dim_customers", "fct_feedback", "fct_notes")

TABLES = {
    "vault.staging.stg_loyalty__points_ledger": "'E' || i as entry_id",
    "vault.staging.stg_orders__order_lines": (
        "i % 3 as store_id, i + 0.49 as gross_amount, i + 0.49 as net_amount,"
        " timestamp '2017-12-20' as ordered_at"
    ),
    "vault.identity.customers_map": (
        f"'orders.customers' as source, cast(i as varchar) as source_record_id, {KEY}"
    ),
    "vault.identity.references_map": KEY,
    "vault.vault.customer_pii": (
        f"{KEY}, '1380013' || (1000 + i) as phone, '王小' || i as full_name"
    ),
    "warehouse.core.fct_web_events": (
        "'W' || i as event_id, timestamp '2017-12-20' as occurred_at,"
        " date '2017-12-20' - cast(i % 9 as integer) as occurred_date"
    ),
    "warehouse.core.fct_order_lines": "'O' || i // 3 as order_id, 'P' || i % 7 as product_id",
    "warehouse.core.dim_products": "'P' || i as product_id",
    "warehouse.core.fct_orders": (
        f"'O' || i as order_id, {KEY}, 10 as kept_net_amount, i % 2 as refunded_amount,"
        " i % 7 = 0 as is_cancelled, i % 7 > 0 as is_valid_order"
    ),
    "warehouse.core.dim_customers_history": (
        "date '2017-12-20' - cast(i as integer) as valid_to, false as is_current"
    ),
    "warehouse.core.dim_customers": (
        "'C' || i as customer_key, false as is_unknown, 'zh' as preferred_language,"
        " 'Boston' as city, 'male' as gender, '25-34' as age_band"
    ),
    "warehouse.core.fct_notes": "'N' || i as note_key, '下周联系' as note_text",
    "warehouse.core.fct_feedback": f"{KEY}, '很好' as comment_text",
    "warehouse.enrich.customer_value_predictions": (
        f"{KEY}, 5 + i as clv, 0.9 as p_alive, 0.8 as p_active_horizon,"
        " date '2017-12-20' as as_of_date"
    ),
    "warehouse.marts.rfm": (
        f"{KEY}, i % 5 + 1 as recency_score, i % 4 + 1 as frequency_score, 1 as monetary_score,"
        " '111' as rfm_cell"
    ),
    "warehouse.marts.customer_360": (
        "'C' || i as customer_key, cast(10 as bigint) as points_balance,"
        " i + {first} as recency_days, i % 5 + 1 as recency_score, 1 as frequency_score,"
        " 2 as monetary_score, 5 + i as clv"
    ),
    "warehouse.marts.customer_lifetime_value": (
        f"{KEY}, 10.55 as historic_net_amount, 5.25 as average_order_amount"
    ),
    "warehouse.marts.loyalty": f"{KEY}, true as is_member, i as points_balance",
    "warehouse.marts.segments": (
        "i % 3 as behavioural_segment, i % 3 as behavioural_segment_zh"
    ),
    "warehouse.marts.next_best_action": (
        f"{KEY}, if(i % 2 = 0, 'vip_care', 'ask_consent') as action, '关怀' as action_zh,"
        " i % 2 = 0 as is_outreach, if(i % 2 = 0, 'sms', null) as channel_id, 'gift' as offer,"
        " '礼' as offer_zh, 'x' as action_reason, '因' as action_reason_zh"
    ),
    "warehouse.marts.campaign_attribution": (
        "cast(0.5 as decimal(9, 6)) as credit_ratio, i % 2 + 1 as step_number"
    ),
}  # fmt: skip
"""Two thousand rows each; `i` counts them, `{first}` is 1 in the build of the night before."""


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for catalog in ("vault", "warehouse", "earlier"):
            connection.execute(f"attach ':memory:' as {catalog}").fetchall()
        for table, columns in TABLES.items():
            catalog, schema, name = table.split(".")
            for place, first in ((catalog, 0), ("earlier", 1)):
                connection.execute(f"create schema if not exists {place}.{schema}").fetchall()
                made = columns.replace("{first}", str(first))
                connection.execute(
                    f"create table {place}.{schema}.{name} as select {made}"
                    f" from range({first}, 2000 + {first}) as rows (i)"
                ).fetchall()
        connection.execute("create schema warehouse.publish").fetchall()
        for name in PUBLISHED:
            schema = "marts" if name == "customer_360" else "core"
            connection.execute(
                f"create view warehouse.publish.{name} as from warehouse.{schema}.{name}"
            ).fetchall()
        yield connection


@pytest.mark.parametrize("kind", sorted(FAULTS.built))
def test_a_mistake_changes_the_table_that_it_names(
    kind: str, con: duckdb.DuckDBPyConnection
) -> None:
    table, mutation = FAULTS.built[kind]
    changes = Changes(con)
    others = {name: changes.fingerprint(name) for name in TABLES if name != table}
    before = changes.fingerprint(table)
    built = Built(con, AS_OF, table, "earlier." + table.partition(".")[2])
    mutation(built)
    assert before is not None
    assert changes.fingerprint(table) != before
    changed = {name for name, mark in others.items() if changes.fingerprint(name) != mark}
    assert changed <= built.beside
    assert table.split(".")[1] in STARTS


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("staging_rows_lost", -40),
        ("core_rows_lost", -20),
        ("enrich_buyers_missing", -100),
        ("marts_customer_missing", -20),
        ("identity_records_lost", -100),
    ],
)
def test_a_mistake_has_the_size_that_it_says(
    kind: str, rows: int, con: duckdb.DuckDBPyConnection
) -> None:
    table, mutation = FAULTS.built[kind]
    [(before,)] = con.execute(f"select count(*) from {table}").fetchall()
    mutation(Built(con, AS_OF, table, ""))
    [(after,)] = con.execute(f"select count(*) from {table}").fetchall()
    assert after - before == pytest.approx(rows, rel=0.5)
