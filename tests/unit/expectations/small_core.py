"""Tables of the small build from raw to core, as SQL; `small_build` puts the canary into them."""

VAULT = """
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
    2 as rows_quarantined, 0 as rows_expired, 'refund_amount' as money_column,
    17.00::decimal(38, 2) as money_read, 20.00::decimal(38, 2) as money_loaded,
    -3.00::decimal(38, 2) as money_quarantined, 0::decimal(38, 2) as money_expired;

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

WAREHOUSE = """
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

SIMPLE_FACTS = {
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
