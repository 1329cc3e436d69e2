with

campaigns as (
    select * from {{ ref('stg_marketing__campaigns') }}
),

campaign_details as (
    select * from {{ ref('stg_marketing__campaign_details') }}
),

final as (
    select
        campaigns.campaign_id,
        campaigns.campaign_type,
        campaign_details.campaign_name,
        campaign_details.channel_id,
        {{ redact_text('campaign_details.content') }} as campaign_content,
        campaigns.starts_on,
        campaigns.ends_on,
        campaign_details.cost_amount,
        campaign_details.currency_code
    from campaigns
    left join campaign_details
        on campaigns.campaign_id = campaign_details.campaign_id
)

select * from final
