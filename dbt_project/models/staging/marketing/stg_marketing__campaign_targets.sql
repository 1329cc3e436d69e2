with
source as (
    {{ latest_rows(source('marketing', 'campaign_targets'), key=['campaign_id', 'household_id']) }}
),

final as (
    select
        {{ to_id('campaign_id') }} as campaign_id,
        {{ to_id('household_id') }} as shop_customer_id
    from source
)

select * from final
