with

redemptions as (
    select * from {{ ref('int_coupon_redemptions_keyed') }}
),

campaigns as (
    select campaign_id
    from {{ ref('dim_campaigns') }}
),

final as (
    select
        {{ surrogate_key([
            'redemptions.shop_customer_key',
            'redemptions.coupon_id',
            'redemptions.campaign_id',
            'redemptions.redeemed_date',
        ]) }} as redemption_id,
        coalesce(campaigns.campaign_id, 'unknown') as campaign_id,
        redemptions.campaign_id as source_campaign_id,
        redemptions.coupon_id,
        redemptions.customer_key,
        redemptions.shop_customer_key,
        redemptions.redeemed_date
    from redemptions
    left join campaigns
        on redemptions.campaign_id = campaigns.campaign_id
)

select * from final
