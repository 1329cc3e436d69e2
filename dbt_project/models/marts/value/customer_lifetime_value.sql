-- What each customer has earned so far, and what he is expected to earn. What was given back keeps
-- no margin (the goods come back at cost), so that an order refunded in part and one refunded in
-- full, which is no valid order, are treated alike.
{%- set predicted = [
    'repeat_purchase_days',
    'purchase_span_days',
    'observed_days',
    'p_alive',
    'p_active_horizon',
    'horizon_days',
    'expected_orders_horizon',
    'expected_net_amount_horizon',
    'expected_orders_12m',
    'expected_orders_12m_low',
    'expected_orders_12m_high',
    'expected_orders_36m',
    'expected_orders_36m_low',
    'expected_orders_36m_high',
    'expected_spend_per_order',
    'margin_ratio',
    'expected_net_amount_12m',
    'expected_margin_12m',
    'expected_margin_12m_low',
    'expected_margin_12m_high',
    'expected_margin_36m',
    'expected_margin_36m_low',
    'expected_margin_36m_high',
    'clv',
    'next_order_date',
    'next_order_error_days',
] %}
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

orders as (
    select
        customer_key,
        ordered_date,
        net_amount - refunded_amount as kept_amount,
        kept_margin_amount
    from {{ ref('fct_orders') }}
    where is_valid_order
),

predictions as (
    select * from {{ source('enrich', 'customer_value_predictions') }}
),

backtests as (
    select
        net_calibration,
        normalised_gini,
        auc
    from {{ source('enrich', 'value_model_backtests') }}
    where is_chosen and split_number = 1
),

tiers as (
    select
        value_tier,
        value_tier_zh,
        cumulative_margin_ratio_from,
        coalesce(
            lead(cumulative_margin_ratio_from) over (order by cumulative_margin_ratio_from), 2
        ) as cumulative_margin_ratio_below
    from {{ ref('value_tiers') }}
),

buyers as (
    select
        customers.customer_key,
        count(*) as historic_order_count,
        cast(sum(orders.kept_amount) as decimal(18, 2)) as historic_net_amount,
        cast(coalesce(sum(orders.kept_margin_amount), 0) as decimal(18, 2))
            as historic_margin_amount,
        min(orders.ordered_date) as first_order_date,
        max(orders.ordered_date) as last_order_date
    from customers
    inner join orders on customers.customer_key = orders.customer_key
    group by customers.customer_key
),

shared as (
    select
        *,
        {{ share_above('historic_margin_amount') }} as cumulative_margin_ratio
    from buyers
),

expected as (
    select
        *,
        {{ share_above('clv') }} as cumulative_clv_ratio
    from predictions
),

joined as (
    select
        customers.customer_key,
        coalesce(shared.historic_order_count, 0) as historic_order_count,
        coalesce(shared.historic_net_amount, 0) as historic_net_amount,
        coalesce(shared.historic_margin_amount, 0) as historic_margin_amount,
        shared.historic_net_amount / shared.historic_order_count as average_order_amount,
        shared.first_order_date,
        shared.last_order_date,
        shared.cumulative_margin_ratio,
        tiers.value_tier,
        tiers.value_tier_zh,
        clv_tiers.value_tier as clv_tier,
        clv_tiers.value_tier_zh as clv_tier_zh,
        case
            when expected.customer_key is null then 'none'
            when expected.repeat_purchase_days = 0 then 'one_purchase'
            else 'repeat_purchases'
        end as prediction_basis,
        {%- for column in predicted %}
        expected.{{ column }},
        {%- endfor %}
        expected.segment,
        expected.model_name,
        expected.fitted_on,
        expected.spend_model_name
    from customers
    left join shared on customers.customer_key = shared.customer_key
    left join expected on customers.customer_key = expected.customer_key
    left join tiers
        on
            coalesce(shared.cumulative_margin_ratio, -1) >= tiers.cumulative_margin_ratio_from
            and coalesce(shared.cumulative_margin_ratio, -1) < tiers.cumulative_margin_ratio_below
    left join tiers as clv_tiers
        on
            coalesce(expected.cumulative_clv_ratio, -1) >= clv_tiers.cumulative_margin_ratio_from
            and coalesce(expected.cumulative_clv_ratio, -1)
            < clv_tiers.cumulative_margin_ratio_below
),

final as (
    select
        joined.customer_key,
        {{ as_of_date() }} as as_of_date,
        joined.historic_order_count,
        cast(joined.historic_net_amount as decimal(18, 2)) as historic_net_amount,
        cast(joined.historic_margin_amount as decimal(18, 2)) as historic_margin_amount,
        cast(joined.average_order_amount as decimal(18, 2)) as average_order_amount,
        joined.first_order_date,
        joined.last_order_date,
        cast(
            {{ days_between('joined.first_order_date', as_of_date()) }} as integer
        ) as tenure_days,
        joined.cumulative_margin_ratio,
        joined.value_tier,
        joined.value_tier_zh,
        joined.prediction_basis,
        {%- for column in predicted %}
        joined.{{ column }},
        {%- endfor %}
        joined.clv_tier,
        joined.clv_tier_zh,
        coalesce(joined.model_name, 'none') as model_name,
        cast(joined.fitted_on as varchar(10)) as model_version,
        joined.segment as model_segment,
        joined.spend_model_name,
        backtests.net_calibration as model_net_calibration,
        backtests.normalised_gini as model_normalised_gini,
        backtests.auc as model_auc
    from joined
    left join backtests on joined.prediction_basis <> 'none'
)

select * from final
