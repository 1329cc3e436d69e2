-- A refund names no customer: it takes the customer of its order, found among the order's lines and
-- its header, so that a refund whose order was never delivered still is a row.
with

refunds as (
    select * from {{ ref('stg_orders__refunds') }}
),

order_customers as (
    select
        order_id,
        shop_customer_id
    from {{ ref('stg_orders__order_lines') }}
    union all
    select
        order_id,
        shop_customer_id
    from {{ ref('stg_orders__order_headers') }}
),

refunded_orders as (
    select
        order_customers.order_id,
        min(order_customers.shop_customer_id) as shop_customer_id
    from order_customers
    where order_customers.order_id in (select refunds.order_id from refunds)
    group by order_customers.order_id
),

shop_customers as (
    select
        source_record_id as shop_customer_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where source = 'orders.customers' and is_current
),

final as (
    select
        refunds.refund_id,
        refunds.order_id,
        refunds.product_id,
        coalesce(shop_customers.customer_key, 'unknown') as customer_key,
        refunded_orders.shop_customer_id,
        refunds.refund_amount,
        {{ redact_text('refunds.reason') }} as refund_reason,
        refunds.refunded_at,
        {{ to_business_date('refunds.refunded_at') }} as refunded_date
    from refunds
    left join refunded_orders
        on refunds.order_id = refunded_orders.order_id
    left join shop_customers
        on refunded_orders.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
