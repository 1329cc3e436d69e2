with
source as (
    {{ latest_rows(source('marketing', 'campaign_details'), key=['campaign_id']) }}
),

final as (
    select
        {{ to_id('campaign_id') }} as campaign_id,
        {{ clean_text('campaign_name') }} as campaign_name,
        channel as channel_id,
        {{ clean_text('content') }} as content,
        cost_amount,
        currency as currency_code
    from source
)

select * from final
