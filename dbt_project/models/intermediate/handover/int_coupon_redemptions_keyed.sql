with

coupon_redemptions as (
    select * from {{ ref('stg_marketing__coupon_redemptions') }}
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
        coupon_redemptions.coupon_id,
        coupon_redemptions.campaign_id,
        coalesce(shop_customers.customer_key, 'unknown') as customer_key,
        coupon_redemptions.shop_customer_id,
        coupon_redemptions.redeemed_on as redeemed_date
    from coupon_redemptions
    left join shop_customers
        on coupon_redemptions.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
