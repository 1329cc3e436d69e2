-- In each model the campaigns, with the members `unknown` and `unattributed`, have all valid orders
-- and what they are worth.
{% set models = ['first', 'last', 'linear', 'time_decay', 'position_based'] -%}
with

orders as (
    select
        count(*) as conversions,
        coalesce(sum(net_amount - refunded_amount), 0) as net_amount,
        coalesce(sum(kept_margin_amount), 0) as margin_amount
    from {{ ref('fct_orders') }}
    where is_valid_order
),

totals as (
    {%- for model in models %}
    select
        '{{ model }}' as attribution_model,
        sum({{ model }}_attributed_conversions) as conversions,
        sum({{ model }}_attributed_net_amount) as net_amount,
        sum({{ model }}_attributed_margin_amount) as margin_amount
    from {{ ref('campaign_performance') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select totals.attribution_model
from totals
cross join orders
where
    totals.conversions <> orders.conversions
    or totals.net_amount <> orders.net_amount
    or totals.margin_amount <> orders.margin_amount
