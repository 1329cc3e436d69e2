with

refunds as (
    select * from {{ ref('int_refunds_keyed') }}
),

products as (
    select product_id
    from {{ ref('dim_products') }}
    where not is_unknown
),

orders as (
    select
        order_id,
        customer_key,
        shop_customer_key
    from {{ ref('fct_orders') }}
),

final as (
    select
        refunds.refund_id,
        refunds.order_id,
        orders.order_id is not null as has_order,
        coalesce(orders.customer_key, 'unknown') as customer_key,
        orders.shop_customer_key,
        coalesce(products.product_id, 'unknown') as product_id,
        refunds.product_id as source_product_id,
        cast(refunds.refund_amount as decimal(18, 2)) as refund_amount,
        refunds.refund_reason,
        refunds.refunded_at,
        refunds.refunded_date,
        '{{ var("reporting_currency") }}' as currency_code
    from refunds
    left join products
        on refunds.product_id = products.product_id
    left join orders
        on refunds.order_id = orders.order_id
)

select * from final
