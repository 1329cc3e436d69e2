-- Days, not pieces or money: neither prices nor packs weigh. A product without a category counts in
-- its department; unknown products say nothing. What one looks at on the web counts apart from what
-- one buys.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

products as (
    select
        product_id,
        coalesce(product_category, department) as interest
    from {{ ref('dim_products') }}
    where not is_unknown and coalesce(product_category, department) is not null
),

order_lines as (
    select
        lines.customer_key,
        lines.product_id,
        lines.ordered_date
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('fct_orders') }} as orders on lines.order_id = orders.order_id
    where orders.is_valid_order and lines.quantity > 0
),

signals as (
    select
        customer_key,
        'purchase' as interest_source,
        product_id,
        ordered_date as signal_date
    from order_lines
    union all
    select
        customer_key,
        'view' as interest_source,
        product_id,
        occurred_date as signal_date
    from {{ ref('fct_web_events') }}
    where product_id <> 'unknown' and event_name <> 'remove_from_cart'
),

final as (
    select
        signals.customer_key,
        {{ as_of_date() }} as as_of_date,
        signals.interest_source,
        products.interest,
        {{ month_start('signals.signal_date') }} as month_start_date,
        count(distinct signals.signal_date) as day_count
    from signals
    inner join customers on signals.customer_key = customers.customer_key
    inner join products on signals.product_id = products.product_id
    group by
        signals.customer_key,
        signals.interest_source,
        products.interest,
        {{ month_start('signals.signal_date') }}
)

select * from final
