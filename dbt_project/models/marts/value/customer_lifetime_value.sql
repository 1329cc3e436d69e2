-- What each customer has earned so far; nothing here is predicted. What was given back keeps no
-- margin (the goods come back at cost), so that an order refunded in part and one refunded in full,
-- which is no valid order, are treated alike.
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

cumulated as (
    select
        customer_key,
        sum(greatest(historic_margin_amount, 0)) over () as total_margin_amount,
        sum(greatest(historic_margin_amount, 0)) over (
            order by historic_margin_amount desc
            range between unbounded preceding and current row
        ) as margin_down_to_here_amount,
        sum(greatest(historic_margin_amount, 0)) over (
            partition by historic_margin_amount
        ) as margin_of_equals_amount
    from buyers
),

shared as (
    select
        buyers.*,
        cast(
            coalesce(
                (cumulated.margin_down_to_here_amount - cumulated.margin_of_equals_amount)
                / nullif(cumulated.total_margin_amount, 0),
                1
            ) as decimal(9, 6)
        ) as cumulative_margin_ratio
    from buyers
    inner join cumulated on buyers.customer_key = cumulated.customer_key
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        coalesce(shared.historic_order_count, 0) as historic_order_count,
        cast(coalesce(shared.historic_net_amount, 0) as decimal(18, 2)) as historic_net_amount,
        cast(coalesce(shared.historic_margin_amount, 0) as decimal(18, 2))
            as historic_margin_amount,
        cast(shared.historic_net_amount / shared.historic_order_count as decimal(18, 2))
            as average_order_amount,
        shared.first_order_date,
        shared.last_order_date,
        cast(
            {{ days_between('shared.first_order_date', as_of_date()) }} as integer
        ) as tenure_days,
        shared.cumulative_margin_ratio,
        tiers.value_tier,
        tiers.value_tier_zh,
        'historic_margin' as model_name,
        '1' as model_version
    from customers
    left join shared on customers.customer_key = shared.customer_key
    left join tiers
        on
            coalesce(shared.cumulative_margin_ratio, -1) >= tiers.cumulative_margin_ratio_from
            and coalesce(shared.cumulative_margin_ratio, -1) < tiers.cumulative_margin_ratio_below
)

select * from final
