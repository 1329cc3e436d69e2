with

touches as (
    select * from {{ ref('int_campaign_touches_keyed') }}
),

campaigns as (
    select campaign_id
    from {{ ref('dim_campaigns') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

final as (
    select
        touches.touch_id,
        coalesce(campaigns.campaign_id, 'unknown') as campaign_id,
        touches.campaign_id as source_campaign_id,
        touches.customer_key,
        touches.shop_customer_key,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        touches.touch_kind,
        touches.touched_at,
        touches.touched_date
    from touches
    left join campaigns
        on touches.campaign_id = campaigns.campaign_id
    left join channels
        on touches.channel_id = channels.channel_id
)

select * from final
