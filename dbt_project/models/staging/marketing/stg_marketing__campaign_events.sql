with
source as (
    {{ latest_rows(
        source('marketing', 'campaign_events'),
        key=['event_id'],
        where=up_to_as_of('occurred_at')
    ) }}
),

final as (
    select
        event_id,
        {{ to_id('campaign_id') }} as campaign_id,
        {{ to_id('household_id') }} as shop_customer_id,
        kind as event_kind,
        channel as channel_id,
        occurred_at
    from source
)

select * from final
