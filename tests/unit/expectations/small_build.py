"""A build of three customers in memory: every table that a gate reads, nothing wrong with it."""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb

from expectations.engine.day import Day
from expectations.engine.gate import run_suites
from expectations.engine.models import Join, Model
from expectations.engine.results import RuleResult
from expectations.engine.rules import Relation, Suite
from expectations.marts.suites import CUSTOMER_MARTS
from expectations.raw.objects import RawObject
from tests.unit.expectations.more_build import MORE, WIDE_MART

DAY = Day(date(2017, 12, 31), "America/New_York", date(2016, 11, 1))

CANARY_NAME = "Quillon Ambervale"
CANARY_PHONE = "13900012345"
CANARY_EMAIL = "quillon.ambervale@canary.example"

REFUNDS = RawObject(
    "orders",
    "refunds",
    required_columns=("refund_id", "refund_amount"),
    money_columns=("refund_amount",),
    max_quarantined_ratio=0.25,
)

OBJECTS = [
    REFUNDS,
    RawObject("orders", "order_lines"),
    RawObject("orders", "order_headers"),
    RawObject("orders", "customers"),
    RawObject("orders", "products"),
    RawObject("web", "events", event_column="occurred_at"),
    RawObject("finance", "exchange_rates"),
]

_CUSTOMER_JOINS = tuple(
    Join("customer_key", Relation("warehouse", "core", table), "customer_key", is_history)
    for table, is_history in [("dim_customers", False), ("dim_customers_history", True)]
)

OPTIONAL_TABLES = [described.table for described in OBJECTS if described.name != "order_lines"]

_VAULT = """
create schema vault.raw; create schema vault.quarantine; create schema vault.accounting;
create schema vault.staging; create schema vault.handover;
create schema vault.identity; create schema vault.vault;
create schema warehouse.reference; create schema warehouse.core;
create schema warehouse.marts; create schema warehouse.publish;

create table vault.raw.orders__refunds as
select 'R' || range as refund_id, 2.50::decimal(18, 2) as refund_amount from range(8);
create table vault.quarantine.orders__refunds as
select 'below_minimum' as rule, 'refund_amount is below 0' as reason,
    '{{"note": "{name} {phone}"}}' as payload from range(2);
create table vault.accounting.landed as
select 'orders' as source, 'refunds' as object, 10 as rows_read, 8 as rows_loaded,
    2 as rows_quarantined, 'refund_amount' as money_column,
    17.00::decimal(38, 2) as money_read, 20.00::decimal(38, 2) as money_loaded,
    -3.00::decimal(38, 2) as money_quarantined;

create table vault.staging.stg_orders__products as select unnest(['P1', 'P2']) as product_id;
create table vault.staging.stg_orders__order_lines as
select 'O' || (1 + range // 2)::bigint as order_id, 'P' || (1 + range % 2) as product_id,
    1 + (1 + range // 2)::bigint % 3 as shop_customer_id, 10.00::decimal(18, 2) as net_amount,
    12.00::decimal(18, 2) as gross_amount, 1 as quantity, false as is_zero_or_negative,
    timestamp '2017-12-30 18:00:00' as ordered_at from range(40);
create table vault.staging.stg_orders__order_headers as
select order_id, 'completed' as order_status, 'card' as payment_method,
    min(ordered_at) as updated_at, min(shop_customer_id) as shop_customer_id,
    true as is_current_version
from vault.staging.stg_orders__order_lines group by order_id;
create table vault.staging.stg_orders__refunds as
select refund_id, 'O1' as order_id, refund_amount, timestamp '2017-12-30 19:00:00' as refunded_at
from vault.raw.orders__refunds;
create table vault.staging.stg_orders__customers as
select range as shop_customer_id, false as is_test, timestamp '2017-01-01 12:00:00' as updated_at
from range(1, 4);
create table vault.staging.stg_web__events as
select range as event_id, 'P1' as product_id, timestamp '2017-12-31 15:00:00' as occurred_at
from range(20);
create table vault.staging.stg_finance__exchange_rates as
select date '2017-12-29' as quoted_on, 1.2 as quoted_rate;
create table vault.staging.stg_calendar__days as select date '2017-12-31' as date_day;
create table vault.staging.stg_marketing__coupon_redemptions as
select range as id, 1 as shop_customer_id from range(20);
create table vault.staging.stg_marketing__campaigns as select 'A' as campaign_id;
create table vault.staging.stg_marketing__campaign_targets as
select 'A' as campaign_id, range as shop_customer_id from range(10);
create table vault.staging.stg_marketing__campaign_events as
select range as event_id, 1 as shop_customer_id from range(10);
create table vault.staging.stg_service__tickets as select range as ticket_id from range(20);
create table vault.staging.stg_service__ticket_events as select range as event_id from range(20);
create table vault.staging.stg_feedback__responses as select range as response_id from range(20);
create table vault.staging.stg_feedback__survey_answers as
select range as answer_id, '1' as shop_customer_id from range(20);
create table vault.staging.stg_social__interactions as
select range as interaction_id from range(20);
create table vault.staging.stg_loyalty__points_ledger as
select range as id, 5 as points from range(20);
create table vault.staging.stg_loyalty__members as
select range as member_id, 'gold' as tier_id, timestamp '2017-12-30 18:00:00' as updated_at
from range(20);
create table vault.staging.stg_loyalty__referrals as select range as referral_id from range(20);
create table vault.staging.stg_consent__consent_events as select range as event_id from range(20);
create table vault.staging.stg_crm_zoho__calls as select range as activity_id from range(5);
create table vault.staging.stg_crm_zoho__events as select range as activity_id from range(5);
create table vault.staging.stg_crm_zoho__tasks as select range as activity_id from range(5);
create table vault.staging.stg_crm_fxiaoke__active_records as
select range as activity_id, 'met' as content from range(5);
create table vault.staging.stg_crm_zoho__notes as select range as note_id from range(15);
create table vault.staging.stg_crm_zoho__leads as select range as lead_id from range(10);
create table vault.staging.stg_crm_fxiaoke__leads as select range as lead_id from range(10);
create table vault.staging.stg_crm_zoho__deals as
select 'D' || range as deal_id, 'P' as contact_id from range(10);
create table vault.staging.stg_crm_fxiaoke__opportunities as
select 'F' || range // 2 as opportunity_id, 'P' as contact_id from range(22);
create table vault.handover.int_crm_deleted_records as
select 'crm_fxiaoke.opportunities' as source, 'F10' as source_record_id;

create table vault.identity.customers_map as
select 'orders.customers' as source, range::varchar as source_record_id,
    'C' || left(md5(range::varchar), 16) as customer_key, true as is_current from range(1, 4);
create table vault.identity.identifiers as
select '1' as source_record_id, 'phone' as identifier_type, '+86{phone}' as identifier_value,
    true as is_valid
union all select '1', 'email', '{email}', true
union all select '1', 'unionid', 'oUnion7788KanariaTestId', true;
create table vault.identity.int_identity_records as
select source, source_record_id, case source_record_id when '1' then '{name}' when '2' then '王小丽'
    else '李娜' end as record_name from vault.identity.customers_map;
create table vault.vault.customer_pii as
select map.customer_key, records.record_name as full_name from vault.identity.customers_map as map
inner join vault.identity.int_identity_records as records using (source, source_record_id);
"""

_WAREHOUSE = """
create table warehouse.reference.lifecycle_stages as
select unnest(['prospect', 'repeat']) as lifecycle_stage;
create table warehouse.reference.attribution_models as
select unnest(['first', 'linear']) as attribution_model;
create table warehouse.core.dim_customers as
select customer_key, false as is_unknown, true as is_counted, 'New York' as city
from vault.identity.customers_map
union all select 'unknown', true, false, null;
create table warehouse.core.dim_customers_history as
select customer_key, date '2017-01-01' as valid_from, date '2017-05-31' as valid_to,
    false as is_current, 1 as version_number from warehouse.core.dim_customers
where not is_unknown
union all
select customer_key, date '2017-06-01', null, true, 2 from warehouse.core.dim_customers
where not is_unknown;
create table warehouse.core.dim_stores as select '1' as store_id;
create table warehouse.core.bridge_customer_consents as
select min(customer_key) as customer_key, 'marketing' as purpose, 'email' as channel_id,
    true as is_granted from vault.identity.customers_map;
create table warehouse.core.bridge_customer_channels as
select customer_key, channel_id from warehouse.core.bridge_customer_consents;
create table warehouse.reference.channel_addresses as
select 'email' as channel_id, 'email' as address_type;
create table warehouse.core.bridge_customer_identities as
select customer_key from vault.identity.customers_map where is_current;
create table warehouse.core.fct_order_lines as
select lines.order_id, lines.order_id || ':1' as order_line_id, map.customer_key, lines.net_amount,
    lines.gross_amount, lines.quantity,
    lines.net_amount as source_net_amount,
    case when map.source_record_id = '1' then 'P1' else 'P2' end as product_id,
    date '2017-12-30' as ordered_date
from vault.staging.stg_orders__order_lines as lines
inner join vault.identity.customers_map as map
    on map.source_record_id = (1 + substr(lines.order_id, 2)::int % 3)::varchar;
create table warehouse.core.fct_orders as
select order_id, min(customer_key) as customer_key, count(*) as line_count,
    sum(net_amount)::decimal(18, 2) as net_amount, min(ordered_date) as ordered_date,
    case when order_id = 'O1' then 20.00 else 0.00 end::decimal(18, 2) as refunded_amount,
    order_id <> 'O1' as is_valid_order, true as is_header_matched, true as has_exchange_rate,
    sum(source_net_amount)::decimal(18, 2) as source_net_amount
from warehouse.core.fct_order_lines group by order_id;
create table warehouse.core.fct_order_statuses as
select order_id, customer_key, ordered_date as entered_date from warehouse.core.fct_orders;
create table warehouse.core.fct_refunds as
select refund_id, order_id, refund_amount, refund_amount as source_refund_amount,
    date '2017-12-30' as refunded_date,
    (select min(customer_key) from vault.identity.customers_map) as customer_key
from vault.staging.stg_orders__refunds;
create table warehouse.core.fct_refund_lines as
select *, 'P9' as product_id, 'none' as order_line_id, false as is_split
from warehouse.core.fct_refunds;
create table warehouse.core.dim_products as
select * from (values ('P1', false, 'DRINKS', 'TEA'), ('P2', false, 'STAPLES', 'RICE'),
    ('unknown', true, null, null))
    as products(product_id, is_unknown, product_category, product_type);
"""

_SIMPLE_FACTS = {
    "fct_coupon_redemptions": ("redeemed_date", ""),
    "fct_campaign_touches": ("touched_date", ""),
    "fct_service_tickets": ("opened_date", ""),
    "fct_service_ticket_events": ("occurred_date", ", true as is_logged"),
    "fct_survey_answers": ("answered_date", ""),
    "fct_feedback": ("responded_date", ", 'a note' as comment_text, range::varchar as response_id"),
    "fct_social_interactions": ("occurred_date", ""),
    "fct_web_sessions": ("started_date", ", 1 as event_count"),
    "fct_web_events": ("occurred_date", ""),
    "fct_loyalty_points": ("occurred_date", ", 5 as points"),
    "fct_loyalty_tiers": ("tier_entered_date", ""),
    "fct_referrals": ("referred_date", ""),
    "fct_consents": ("occurred_date", ""),
    "fct_activities": ("occurred_date", ""),
    "fct_leads": ("lead_created_date", ""),
    "fct_notes": ("written_date", ""),
    "fct_opportunities": ("opportunity_created_date", ", 'won' as stage_group"),
    "fct_opportunity_stages": ("entered_date", ", true as is_current_stage"),
}

_MARTS = """
create table warehouse.marts.rfm as
select customer_key, date '2017-12-31' as as_of_date, null::date as window_from_date,
    count(*) as frequency,
    sum(net_amount - refunded_amount)::decimal(18, 2) as monetary, 3 as recency_score,
    3 as frequency_score, 3 as monetary_score, 'Loyal' as rfm_segment
from warehouse.core.fct_orders where is_valid_order group by customer_key;
create table warehouse.marts.sales_funnel as
select date '2017-12-31' as as_of_date, 'won' as sales_stage, 20 as won_count;
create table warehouse.marts.sales_performance as
select date '2017-12-31' as as_of_date, 20 as won_count;
create table warehouse.marts.campaign_attribution as
select orders.order_id, models.attribution_model, date '2017-12-31' as as_of_date,
    1.000000::decimal(9, 6) as credit_ratio, orders.net_amount as attributed_net_amount
from warehouse.core.fct_orders as orders cross join warehouse.reference.attribution_models as models
where orders.is_valid_order;
create table warehouse.marts.campaign_performance as
select 'unattributed' as campaign_id, date '2017-12-31' as as_of_date,
    sum(net_amount) as first_attributed_net_amount, sum(net_amount) as last_attributed_net_amount,
    sum(net_amount) as linear_attributed_net_amount,
    sum(net_amount) as time_decay_attributed_net_amount,
    sum(net_amount) as position_based_attributed_net_amount
from warehouse.core.fct_orders where is_valid_order;
create table warehouse.marts.lifecycle as
select customer_key, as_of_date, 'repeat' as lifecycle_stage, date '2017-12-30' as entered_on,
    frequency as purchase_days_count, date '2017-12-30' as last_order_date, 60 as churn_after_days,
    'fixed_days' as churn_rule, 'late' as stage_reason, '晚' as stage_reason_zh
from warehouse.marts.rfm;
create schema if not exists warehouse.enrich;
create table warehouse.enrich.churn_rule_choice as
select date '2017-12-31' as as_of_date, 'fixed_days' as rule;
create table warehouse.marts.churn_risk as
select rfm.customer_key, rfm.as_of_date, 0.4 as churn_probability, 'medium' as risk_band,
    1.00::decimal(18, 2) as expected_margin_at_risk,
    rfm.customer_key in (
        select customer_key from warehouse.core.bridge_customer_consents
        where purpose = 'marketing' and is_granted
    ) as is_win_back_candidate
from warehouse.marts.rfm as rfm;
create table warehouse.marts.customer_lifetime_value as
select customer_key, as_of_date, frequency as historic_order_count,
    monetary as historic_net_amount, 'high' as value_tier from warehouse.marts.rfm;
create table warehouse.marts.cohort_retention as
select as_of_date, frequency as cohort_order_count, monetary as cohort_net_amount
from warehouse.marts.rfm;
create table warehouse.marts.loyalty as
select mart.customer_key, mart.as_of_date, sum(coalesce(ledger.points, 0)) as points_balance
from warehouse.marts.rfm as mart left join warehouse.core.fct_loyalty_points as ledger
using (customer_key) group by all;
create table warehouse.reference.segment_rules as
select 'default' as rule_set, 12 as window_months;
create table warehouse.marts.customer_behaviour as
select customer_key, as_of_date, 0 as reviewed_order_count from warehouse.marts.rfm;
create table warehouse.marts.customer_traits as
select customer_key, as_of_date, 'wine' as interests from warehouse.marts.rfm;
create table warehouse.marts.care_calendar as
select consents.customer_key, rfm.as_of_date, rfm.as_of_date + 3 as occasion_date
from warehouse.core.bridge_customer_consents as consents
inner join warehouse.marts.rfm as rfm using (customer_key);
create table warehouse.marts.customer_contact_states as
select customer_key, as_of_date, 0 as open_ticket_count, null::varchar as blocking_action
from warehouse.marts.rfm;
create table warehouse.marts.next_best_action as
select rfm.customer_key, rfm.as_of_date, consents.channel_id is not null as is_outreach,
    consents.channel_id
from warehouse.marts.rfm as rfm
left join warehouse.core.bridge_customer_consents as consents using (customer_key);
create table warehouse.reference.recommendation_rules as
select 90 as offer_days, 7 as just_bought_days, 0.25::decimal(9, 2) as just_bought_gap_ratio,
    1.10::decimal(9, 2) as price_step_ratio_min, 2.00::decimal(9, 2) as price_step_ratio_max;
create table warehouse.reference.recommendation_exclusions as
select 'TOBACCO' as product_category;
create table warehouse.reference.affinity_rules as
select 'category' as affinity_level, 0 as window_days;
create table warehouse.marts.product_affinity as
select 'category' as affinity_level, item, other_item, date '2017-12-31' as as_of_date,
    (select count(*) from warehouse.core.fct_orders where is_valid_order) as basket_count,
    3 as pair_basket_count, 0.25::double as support_ratio, 0.5::double as confidence_ratio,
    0.75::double as reverse_confidence_ratio
from (values ('DRINKS', 'STAPLES'), ('STAPLES', 'DRINKS')) as pairs(item, other_item);
create table warehouse.marts.recommendations as
select customers.customer_key, 'cross_sell' as recommendation_kind, 1 as recommendation_rank,
    date '2017-12-31' as as_of_date, 'P2' as product_id, 'STAPLES' as product_category,
    'RICE' as product_type, 'item_similarity' as recommendation_method,
    null::varchar as reason_product_id,
    consents.channel_id is not null as is_contactable, consents.channel_id
from vault.identity.customers_map as customers
left join warehouse.core.bridge_customer_consents as consents using (customer_key)
where customers.source_record_id = '1';
create table warehouse.marts.recommendation_backtests as
select 'cross_sell' as recommendation_kind, method as recommendation_method,
    date '2017-12-31' as as_of_date, method <> 'popularity' as is_shipped,
    0.2::double as precision_ratio, 0.2::double as offered_precision_ratio,
    0.2::double as recall_ratio, 0.2::double as hit_ratio
from (values ('item_similarity'), ('popularity')) as methods(method);
create table warehouse.marts.service_performance as
select date '2017-12-31' as as_of_date, count(*) as ticket_count
from warehouse.core.fct_service_tickets;
create table warehouse.marts.satisfaction as
select mart.customer_key, mart.as_of_date, count(fact.response_id) as feedback_count
from warehouse.marts.rfm as mart left join warehouse.core.fct_feedback as fact using (customer_key)
group by all;
create table warehouse.marts.satisfaction_trends as
select 'total' as trend_level, date '2017-12-31' as as_of_date, count(*) as response_count
from warehouse.core.fct_feedback;
create table warehouse.marts.segments as
select customer_key, as_of_date, 'high_value' as target_group from warehouse.marts.rfm;
create table warehouse.marts.customer_360 as
select customer_key, as_of_date, frequency, monetary from warehouse.marts.rfm;

create table warehouse.publish.fct_feedback as
select customer_key, response_id, comment_text, responded_date, 7::bigint as score,
    '31198570044' as order_id
from warehouse.core.fct_feedback;
create table warehouse.core.dim_accounts as
select 'unknown' as account_key, null::varchar as account_name;
create table warehouse.publish.bridge_customer_consents as
select * from warehouse.core.bridge_customer_consents;
"""


def orders_only() -> duckdb.DuckDBPyConnection:
    """The same build of a company that delivers order lines and nothing else."""
    connection = small_build()
    sources = [
        table
        for table in _tables(connection, "vault", "staging")
        if not table.endswith(("order_lines", "calendar__days"))
    ]
    facts = [
        table
        for table in _tables(connection, "warehouse", "core")
        if table.startswith("fct_") and table not in {"fct_order_lines", "fct_orders"}
    ]
    for statement in (
        *(f"delete from vault.staging.{table}" for table in sources),
        *(f"delete from vault.raw.{table}" for table in OPTIONAL_TABLES),
        *(f"delete from warehouse.core.{table}" for table in facts),
        "update warehouse.core.fct_orders set refunded_amount = 0, kept_net_amount = net_amount",
        "update warehouse.marts.customer_transactions set refunded_amount = 0",
        "update warehouse.marts.loyalty set points_balance = 0",
        "delete from warehouse.marts.sales_funnel",
        "delete from warehouse.marts.sales_performance",
        "delete from warehouse.marts.satisfaction_trends",
        "delete from warehouse.marts.service_performance",
        "update warehouse.marts.satisfaction set feedback_count = 0",
        WIDE_MART,
        "delete from warehouse.publish.fct_feedback",
        "update vault.accounting.staged set rows_raw = 0, rows_staged = 0"
        " where object <> 'order_lines'",
    ):
        connection.execute(statement).fetchall()
    return connection


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = ?",
        [catalog, schema],
    ).fetchall()
    return [name for (name,) in rows]


def small_build() -> duckdb.DuckDBPyConnection:
    """A fresh connection with the catalogs `vault` and `warehouse`."""
    connection = duckdb.connect()
    for statement in _statements():
        connection.execute(statement).fetchall()
    return connection


@cache
def _statements() -> tuple[str, ...]:
    facts = [
        f"create table warehouse.core.{name} as select (select min(customer_key) from"
        f" vault.identity.customers_map) as customer_key, date '2017-12-30' as {column}{more}"
        " from range(20)"
        for name, (column, more) in _SIMPLE_FACTS.items()
    ]
    vault = _VAULT.format(name=CANARY_NAME, phone=CANARY_PHONE, email=CANARY_EMAIL)
    accounted = [statement for described in OBJECTS for statement in _accounted(described)]
    marts = [*_MARTS.split(";"), *_plain_marts()]
    parts = [*vault.split(";"), *_WAREHOUSE.split(";"), *facts, *marts]
    staged = (
        "create table vault.accounting.staged (source varchar, object varchar, rows_raw bigint,"
        " rows_after_as_of bigint, rows_merged bigint, rows_staged bigint)"
    )
    attached = [f"attach ':memory:' as {name}" for name in ("vault", "warehouse")]
    return (*attached, *(part for part in parts if part.strip()), staged, *accounted, *MORE)


def _plain_marts() -> list[str]:
    """Marts of one row per customer of which the gate asks nothing else."""
    return [
        f"create table {table} as select customer_key, as_of_date from warehouse.marts.rfm"
        for mart in sorted(CUSTOMER_MARTS)
        if f"create table {(table := f'warehouse.marts.{mart}')} as" not in _MARTS
    ]


def _accounted(described: RawObject) -> list[str]:
    table = f"vault.staging.stg_{described.table}"
    return [
        f"create table if not exists vault.raw.{described.table} as select * from {table}",
        f"insert into vault.accounting.staged select '{described.source}', '{described.name}',"
        f" count(*), 0, 0, count(*) from {table}",
    ]


def staging_models() -> list[Model]:
    """The staging models that stand for a raw object."""
    pairs = [(described.source, described.name) for described in OBJECTS] + [("calendar", "days")]
    return [
        Model(f"stg_{s}__{o}", Relation("vault", "staging", f"stg_{s}__{o}"), (s, o))
        for s, o in pairs
    ]


def models(connection: duckdb.DuckDBPyConnection, schema: str) -> list[Model]:
    """Every table of a schema of the warehouse, as a model; those with customers lead to them."""
    rows = connection.execute(
        "select table_name, list(column_name), list(column_name) filter (data_type like 'DECIMAL%')"
        " from duckdb_columns()"
        " where database_name = 'warehouse' and schema_name = ? group by all order by table_name",
        [schema],
    ).fetchall()
    return [
        Model(
            name,
            Relation("warehouse", schema, name),
            joins=_CUSTOMER_JOINS if "customer_key" in columns else (),
            money=tuple(sorted(money or [])),
        )
        for name, columns, money in rows
    ]


def check(
    connection: duckdb.DuckDBPyConnection, suites: list[Suite], subject: str
) -> dict[str, RuleResult]:
    """Run one suite; results by the name of the rule."""
    chosen = [suite for suite in suites if suite.subject == subject]
    assert chosen, f"no suite {subject}"
    outcome = run_suites(connection, chosen, run_name="test", as_of=DAY.as_of)
    return {result.rule: result for result in outcome[0].results}
