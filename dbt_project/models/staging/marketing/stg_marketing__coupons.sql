with
source as (
    {{ latest_rows(
        source('marketing', 'coupons'),
        key=['coupon_upc', 'product_id', 'campaign_id']
    ) }}
),

final as (
    select
        {{ to_id('coupon_upc') }} as coupon_id,
        {{ to_id('product_id') }} as product_id,
        {{ to_id('campaign_id') }} as campaign_id
    from source
)

select * from final
