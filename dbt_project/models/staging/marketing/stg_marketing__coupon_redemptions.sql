with
source as (
    {{ latest_rows(
        source('marketing', 'coupon_redemptions'),
        key=['household_id', 'coupon_upc', 'campaign_id', 'redemption_date'],
        where=up_to_as_of_date('redemption_date')
    ) }}
),

final as (
    select
        {{ to_id('household_id') }} as shop_customer_id,
        {{ to_id('coupon_upc') }} as coupon_id,
        {{ to_id('campaign_id') }} as campaign_id,
        redemption_date as redeemed_on
    from source
)

select * from final
