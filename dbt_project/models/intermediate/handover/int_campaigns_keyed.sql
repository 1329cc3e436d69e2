with

campaigns as (
    select * from {{ ref('stg_marketing__campaigns') }}
),

campaign_details as (
    select * from {{ ref('stg_marketing__campaign_details') }}
),

redacted_details as (
    {{ with_redacted_texts('campaign_details', ['content']) }}
),

final as (
    select
        campaigns.campaign_id,
        campaigns.campaign_type,
        campaign_details.campaign_name,
        campaign_details.channel_id,
        campaign_details.redacted_content as campaign_content,
        campaigns.starts_on,
        campaigns.ends_on,
        campaign_details.cost_amount,
        campaign_details.currency_code
    from campaigns
    left join redacted_details as campaign_details
        on campaigns.campaign_id = campaign_details.campaign_id
)

select * from final
