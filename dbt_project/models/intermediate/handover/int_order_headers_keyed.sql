with

order_headers as (
    select * from {{ ref('stg_orders__order_headers') }}
),

shop_customers as (
    select
        shop_customer_id,
        customer_key,
        shop_customer_key
    from {{ ref('int_shop_customer_keys') }}
),

final as (
    select
        order_headers.order_id,
        coalesce(shop_customers.customer_key, 'unknown') as customer_key,
        {{ shop_customer_key('order_headers.shop_customer_id') }} as shop_customer_key,
        order_headers.order_status,
        order_headers.payment_method,
        order_headers.channel_id,
        order_headers.placed_at,
        order_headers.updated_at
    from order_headers
    left join shop_customers
        on order_headers.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
