with

order_lines as (
    select * from {{ ref('stg_orders__order_lines') }}
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
        order_lines.order_line_id,
        order_lines.order_id,
        coalesce(shop_customers.customer_key, 'unknown') as customer_key,
        {{ shop_customer_key('order_lines.shop_customer_id') }} as shop_customer_key,
        order_lines.product_id,
        order_lines.store_id,
        order_lines.ordered_at,
        {{ to_business_date('order_lines.ordered_at') }} as ordered_date,
        order_lines.quantity,
        order_lines.gross_amount,
        order_lines.retail_discount_amount,
        order_lines.coupon_match_discount_amount,
        order_lines.coupon_discount_amount,
        order_lines.net_amount,
        order_lines.is_zero_or_negative
    from order_lines
    left join shop_customers
        on order_lines.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
