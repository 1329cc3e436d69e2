-- Habits are told by valid orders only. A favourite is what comes most often; among equals what was
-- chosen last, then the first by name, so that a rerun says the same.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

orders as (
    select
        order_id,
        customer_key,
        channel_id,
        store_id,
        payment_method,
        ordered_date,
        line_count,
        quantity,
        gross_amount,
        discount_amount,
        net_amount,
        refunded_amount,
        is_cancelled,
        is_valid_order
    from {{ ref('fct_orders') }}
),

order_lines as (
    select
        order_id,
        product_id,
        net_amount
    from {{ ref('fct_order_lines') }}
),

products as (
    select
        product_id,
        department
    from {{ ref('dim_products') }}
),

order_totals as (
    select
        customer_key,
        count(*) as placed_order_count,
        count(case when is_cancelled then 1 end) as cancelled_order_count,
        count(case when refunded_amount > 0 then 1 end) as refunded_order_count,
        sum(refunded_amount) as refunded_amount
    from orders
    group by customer_key
),

valid_totals as (
    select
        customer_key,
        cast(avg(line_count) as decimal(9, 2)) as average_lines_per_order,
        cast(
            sum(discount_amount) / nullif(sum(gross_amount), 0) as decimal(9, 4)
        ) as discount_ratio,
        count(
            case when {{ days_between('ordered_date', as_of_date()) }} < 90 then 1 end
        ) as order_count_90d,
        sum(
            case
                when {{ days_between('ordered_date', as_of_date()) }} < 90
                    then net_amount - refunded_amount
                else 0
            end
        ) as net_amount_90d
    from orders
    where is_valid_order
    group by customer_key
),

choices as (
    select
        customer_key,
        'channel' as choice,
        channel_id as chosen,
        1 as weight,
        ordered_date
    from orders
    where is_valid_order and channel_id <> 'unknown'
    union all
    select
        customer_key,
        'store' as choice,
        store_id as chosen,
        1 as weight,
        ordered_date
    from orders
    where is_valid_order and store_id <> 'unknown'
    union all
    select
        customer_key,
        'payment' as choice,
        payment_method as chosen,
        1 as weight,
        ordered_date
    from orders
    where is_valid_order and payment_method <> 'unknown'
    union all
    select
        orders.customer_key,
        'department' as choice,
        products.department as chosen,
        order_lines.net_amount as weight,
        orders.ordered_date
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
    inner join products on order_lines.product_id = products.product_id
    where orders.is_valid_order and products.department is not null
),

ranked as (
    select
        customer_key,
        choice,
        chosen,
        count(*) over (partition by customer_key, choice) as option_count,
        row_number() over (
            partition by customer_key, choice
            order by sum(weight) desc, max(ordered_date) desc, chosen asc
        ) as choice_rank
    from choices
    group by
        customer_key,
        choice,
        chosen
),

favourites as (
    select
        customer_key,
        max(case when choice = 'channel' then chosen end) as preferred_order_channel_id,
        max(case when choice = 'store' then chosen end) as preferred_store_id,
        max(case when choice = 'payment' then chosen end) as preferred_payment_method,
        max(case when choice = 'department' then chosen end) as top_department,
        max(case when choice = 'department' then option_count end) as department_count
    from ranked
    where choice_rank = 1
    group by customer_key
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        coalesce(order_totals.placed_order_count, 0) as placed_order_count,
        coalesce(order_totals.cancelled_order_count, 0) as cancelled_order_count,
        coalesce(order_totals.refunded_order_count, 0) as refunded_order_count,
        cast(coalesce(order_totals.refunded_amount, 0) as decimal(18, 2)) as refunded_amount,
        coalesce(valid_totals.order_count_90d, 0) as order_count_90d,
        cast(coalesce(valid_totals.net_amount_90d, 0) as decimal(18, 2)) as net_amount_90d,
        valid_totals.average_lines_per_order,
        valid_totals.discount_ratio,
        favourites.preferred_order_channel_id,
        favourites.preferred_store_id,
        favourites.preferred_payment_method,
        favourites.top_department,
        coalesce(favourites.department_count, 0) as department_count
    from customers
    left join order_totals on customers.customer_key = order_totals.customer_key
    left join valid_totals on customers.customer_key = valid_totals.customer_key
    left join favourites on customers.customer_key = favourites.customer_key
)

select * from final
