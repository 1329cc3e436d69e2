-- Segments are reviewed on the first day of a month from the orders of the months before, so that
-- no night in between changes them. A review with nothing left in its window is a row too: it says
-- clearly no. A past review is judged with what is known today of cancellations and refunds.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

rules as (
    select * from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

channels as (
    select
        channel_id,
        channel_group
    from {{ ref('dim_channels') }}
),

dates as (
    select date_day
    from {{ ref('dim_dates') }}
),

windows as (
    {{ review_windows('level_review_count') }}
),

orders as (
    select
        orders.customer_key,
        {{ month_index('orders.ordered_date') }} as ordered_month,
        channels.channel_group,
        orders.kept_margin_amount as margin_amount
    from {{ ref('fct_orders') }} as orders
    inner join customers on orders.customer_key = customers.customer_key
    left join channels on orders.channel_id = channels.channel_id
    where orders.is_valid_order
),

months as (
    select
        customer_key,
        ordered_month,
        count(*) as order_count,
        count(case when channel_group = 'digital' then 1 end) as online_order_count,
        count(case when channel_group = 'offline' then 1 end) as offline_order_count,
        sum(margin_amount) as margin_amount
    from orders
    group by customer_key, ordered_month
),

buyers as (
    select
        customer_key,
        min(ordered_month) as first_month
    from months
    group by customer_key
),

measured as (
    select
        buyers.customer_key,
        windows.review_date,
        coalesce(sum(months.order_count), 0) as order_count,
        coalesce(sum(months.online_order_count), 0) as online_order_count,
        coalesce(sum(months.offline_order_count), 0) as offline_order_count,
        coalesce(sum(months.margin_amount), 0) as margin_amount,
        coalesce(
            sum(case when windows.is_pace then months.margin_amount end)
            * max(rules.window_months) / max(rules.pace_months),
            0
        ) as pace_margin_amount
    from buyers
    cross join rules
    inner join windows on buyers.first_month < windows.review_month
    left join months
        on
            buyers.customer_key = months.customer_key
            and windows.window_month = months.ordered_month
    group by buyers.customer_key, windows.review_date
),

cumulated as (
    select
        *,
        sum(greatest(margin_amount, 0)) over (partition by review_date) as total_amount,
        sum(greatest(margin_amount, 0)) over (
            partition by review_date
            order by margin_amount desc
            range between unbounded preceding and current row
        ) as down_to_here_amount,
        sum(greatest(margin_amount, 0)) over (partition by review_date, margin_amount)
            as equals_amount
    from measured
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        review_date,
        cast(order_count as bigint) as reviewed_order_count,
        cast(online_order_count as bigint) as online_order_count,
        cast(offline_order_count as bigint) as offline_order_count,
        cast(margin_amount as decimal(18, 2)) as reviewed_margin_amount,
        cast(pace_margin_amount as decimal(18, 2)) as pace_margin_amount,
        cast(
            case
                when order_count > 0
                    then coalesce(
                        (down_to_here_amount - equals_amount) / nullif(total_amount, 0), 1
                    )
            end as decimal(9, 6)
        ) as margin_position_ratio
    from cumulated
)

select * from final
