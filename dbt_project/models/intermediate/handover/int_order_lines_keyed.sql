-- All amounts are in the currency of the order. What the customer pays for a line is its net amount
-- less its share of the discount on the order as a whole. The header says whose order it is and on
-- which channel; a line speaks for itself only without one.
with

order_lines as (
    select * from {{ ref('stg_orders__order_lines') }}
),

headers as (
    select
        order_id,
        customer_key,
        shop_customer_key,
        channel_id,
        currency_code,
        order_status
    from {{ ref('int_order_headers_keyed') }}
),

discount_shares as (
    select * from {{ ref('int_order_discount_shares_keyed') }}
),

refunds as (
    select
        order_line_id,
        sum(refund_amount) as refunded_amount
    from {{ ref('int_refund_lines_keyed') }}
    group by order_line_id
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
        coalesce(headers.customer_key, shop_customers.customer_key, 'unknown') as customer_key,
        coalesce(
            headers.shop_customer_key,
            {{ shop_customer_key('order_lines.shop_customer_id') }}
        ) as shop_customer_key,
        headers.channel_id,
        order_lines.product_id,
        order_lines.store_id,
        order_lines.ordered_at,
        {{ to_business_date('order_lines.ordered_at') }} as ordered_date,
        order_lines.quantity,
        coalesce(headers.currency_code, '{{ var("reporting_currency") }}') as currency_code,
        coalesce(headers.order_status = 'cancelled', false) as is_cancelled,
        order_lines.gross_amount,
        order_lines.retail_discount_amount,
        order_lines.coupon_match_discount_amount,
        coalesce(discount_shares.order_discount_amount, 0) as order_discount_amount,
        order_lines.coupon_discount_amount,
        order_lines.net_amount,
        order_lines.net_amount - coalesce(discount_shares.order_discount_amount, 0)
            as charged_amount,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        order_lines.is_zero_or_negative
    from order_lines
    left join shop_customers
        on order_lines.shop_customer_id = shop_customers.shop_customer_id
    left join headers
        on order_lines.order_id = headers.order_id
    left join discount_shares
        on order_lines.order_line_id = discount_shares.order_line_id
    left join refunds
        on order_lines.order_line_id = refunds.order_line_id
)

select * from final
