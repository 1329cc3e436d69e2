-- In every model the credit is the number of valid orders, and the money what they are worth after
-- refunds, to the cent: overall and for each order.
with

models as (
    select attribution_model
    from {{ ref('attribution_models') }}
),

orders as (
    select
        order_id,
        net_amount - refunded_amount as kept_net_amount,
        kept_margin_amount
    from {{ ref('fct_orders') }}
    where is_valid_order
),

credits as (
    select
        order_id,
        attribution_model,
        sum(credit_ratio) as credit_ratio,
        sum(attributed_net_amount) as attributed_net_amount,
        sum(attributed_margin_amount) as attributed_margin_amount
    from {{ ref('campaign_attribution') }}
    group by
        order_id,
        attribution_model
),

wanted as (
    select
        orders.*,
        models.attribution_model
    from orders
    cross join models
)

select
    coalesce(wanted.order_id, credits.order_id) as order_id,
    coalesce(wanted.attribution_model, credits.attribution_model) as attribution_model
from wanted
full outer join credits
    on
        wanted.order_id = credits.order_id
        and wanted.attribution_model = credits.attribution_model
where
    wanted.order_id is null
    or credits.order_id is null
    or credits.credit_ratio <> 1
    or credits.attributed_net_amount <> wanted.kept_net_amount
    or credits.attributed_margin_amount <> wanted.kept_margin_amount
