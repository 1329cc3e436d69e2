with

coupons as (
    select * from {{ ref('stg_marketing__coupons') }}
),

campaigns as (
    select campaign_id
    from {{ ref('stg_marketing__campaigns') }}
),

final as (
    select
        coupons.campaign_id,
        coupons.coupon_id,
        coupons.product_id
    from coupons
    inner join campaigns
        on coupons.campaign_id = campaigns.campaign_id
)

select * from final
