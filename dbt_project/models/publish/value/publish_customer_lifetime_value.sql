-- written by `make publish-models` from marts/value/customer_lifetime_value.yml
{{ config(
    alias='customer_lifetime_value',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    historic_order_count,
    historic_net_amount,
    historic_margin_amount,
    average_order_amount,
    first_order_date,
    last_order_date,
    tenure_days,
    cumulative_margin_ratio,
    value_tier,
    value_tier_zh,
    model_name,
    model_version
from {{ ref('customer_lifetime_value') }}
