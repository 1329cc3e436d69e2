-- The point-in-time join of orders and customers, made once: BI joins by a key instead of by dates.
with

orders as (
    select
        order_id,
        customer_key,
        ordered_date
    from {{ ref('fct_orders') }}
),

versions as (
    select
        customer_version_key,
        customer_key,
        valid_from,
        valid_to,
        version_number
    from {{ ref('dim_customers_history') }}
),

final as (
    select
        orders.order_id,
        orders.customer_key,
        orders.ordered_date,
        versions.customer_version_key,
        orders.ordered_date < versions.valid_from as is_before_first_version
    from orders
    inner join versions
        on
            orders.customer_key = versions.customer_key
            and {{ valid_on('versions', 'orders.ordered_date') }}
)

select * from final
