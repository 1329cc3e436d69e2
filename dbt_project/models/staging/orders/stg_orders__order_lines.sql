with
source as (
    {{ latest_rows(
        source('orders', 'order_lines'),
        key=['basket_id', 'product_id'],
        where=up_to_as_of('transaction_timestamp')
    ) }}
),

final as (
    select
        {{ to_id('basket_id') }} || '-' || {{ to_id('product_id') }} as order_line_id,
        {{ to_id('basket_id') }} as order_id,
        {{ to_id('household_id') }} as shop_customer_id,
        {{ to_id('store_id') }} as store_id,
        {{ to_id('product_id') }} as product_id,
        week as fiscal_week,
        quantity,
        cast(
            sales_value + coalesce(retail_disc, 0) + coalesce(coupon_match_disc, 0)
            as decimal(18, 2)
        ) as gross_amount,
        cast(coalesce(retail_disc, 0) as decimal(18, 2)) as retail_discount_amount,
        cast(coalesce(coupon_match_disc, 0) as decimal(18, 2)) as coupon_match_discount_amount,
        cast(coalesce(coupon_disc, 0) as decimal(18, 2)) as coupon_discount_amount,
        sales_value as net_amount,
        quantity <= 0 or sales_value <= 0 as is_zero_or_negative,
        transaction_timestamp as ordered_at
    from source
)

select * from final
