"""Tables of the small build in marts and publish, as SQL."""

MARTS = """
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
