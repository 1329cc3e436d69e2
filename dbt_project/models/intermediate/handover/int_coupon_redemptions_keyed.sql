with

coupon_redemptions as (
    select * from {{ ref('stg_marketing__coupon_redemptions') }}
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
        coupon_redemptions.coupon_id,
        coupon_redemptions.campaign_id,
        coalesce(shop_customers.customer_key, 'unknown') as customer_key,
        {{ shop_customer_key('coupon_redemptions.shop_customer_id') }} as shop_customer_key,
        coupon_redemptions.redeemed_on as redeemed_date
    from coupon_redemptions
    left join shop_customers
        on coupon_redemptions.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
