with

order_headers as (
    select * from {{ ref('stg_orders__order_headers') }}
    where is_current_version
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
        coalesce(order_headers.currency_code, '{{ var("reporting_currency") }}') as currency_code,
        coalesce(order_headers.order_discount_amount, 0) as order_discount_amount,
        coalesce(order_headers.shipping_amount, 0) as shipping_amount,
        coalesce(order_headers.tax_amount, 0) as tax_amount,
        order_headers.total_amount,
        order_headers.placed_at,
        order_headers.updated_at
    from order_headers
    left join shop_customers
        on order_headers.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
