-- A free order is a purchase without money; one that was given back in full is none. The margin of
-- lines without a known cost is estimated, as their fact counts their cost as nothing: with the
-- ratio of their category, else of the shop, else the setting's.
with

orders as (
    select
        order_id,
        customer_key,
        channel_id,
        ordered_at,
        ordered_date,
        kept_net_amount,
        kept_margin_amount
    from {{ ref('fct_orders') }}
    where
        is_valid_order
        or (
            net_amount = 0
            and refunded_amount = 0
            and line_count > 0
            and not is_cancelled
            and not is_test_account
        )
),

order_lines as (
    select
        order_id,
        product_id,
        has_known_cost,
        kept_net_amount,
        kept_margin_amount
    from {{ ref('fct_order_lines') }}
    where kept_net_amount > 0
),

products as (
    select
        product_id,
        product_category
    from {{ ref('dim_products') }}
),

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

costed_products as (
    select
        product_id,
        sum(kept_net_amount) as net_amount,
        sum(kept_margin_amount) as margin_amount
    from order_lines
    where has_known_cost
    group by product_id
),

category_ratios as (
    select
        products.product_category,
        {{ margin_share('sum(costed_products.margin_amount)', 'sum(costed_products.net_amount)') }}
            as margin_ratio
    from costed_products
    inner join products on costed_products.product_id = products.product_id
    where products.product_category is not null
    group by products.product_category
),

shop_ratio as (
    select {{ margin_share('sum(margin_amount)', 'sum(net_amount)') }} as margin_ratio
    from costed_products
),

-- What the fact's margin of lines without a cost has too much: their cost.
estimated_costs as (
    select
        order_lines.order_id,
        sum(
            order_lines.kept_margin_amount
            - order_lines.kept_net_amount
            * coalesce(
                category_ratios.margin_ratio,
                shop_ratio.margin_ratio,
                {{ var('default_margin_ratio') }}
            )
        ) as cost_amount
    from order_lines
    left join products on order_lines.product_id = products.product_id
    left join category_ratios on products.product_category = category_ratios.product_category
    cross join shop_ratio
    where not order_lines.has_known_cost
    group by order_lines.order_id
),

valued as (
    select
        orders.customer_key,
        orders.ordered_date,
        orders.kept_net_amount,
        orders.kept_margin_amount - coalesce(estimated_costs.cost_amount, 0) as margin_amount,
        estimated_costs.order_id is not null as has_estimated_cost,
        orders.channel_id,
        orders.ordered_at,
        orders.order_id
    from orders
    inner join customers on orders.customer_key = customers.customer_key
    left join estimated_costs on orders.order_id = estimated_costs.order_id
),

days as (
    select
        customer_key,
        ordered_date,
        count(*) as purchase_order_count,
        sum(kept_net_amount) as kept_net_amount,
        sum(margin_amount) as contribution_margin_amount,
        max(cast(has_estimated_cost as integer)) = 1 as has_estimated_cost,
        {{ value_of_first('channel_id', by=['ordered_at', 'order_id']) }} as channel_id
    from valued
    group by
        customer_key,
        ordered_date
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        ordered_date as purchased_on,
        cast(purchase_order_count as integer) as purchase_order_count,
        cast(kept_net_amount as decimal(18, 2)) as kept_net_amount,
        cast(contribution_margin_amount as decimal(18, 2)) as contribution_margin_amount,
        has_estimated_cost,
        channel_id
    from days
)

select * from final
