with
source as (
    {{ latest_rows(source('web', 'events'), key=['event_id'], where=up_to_as_of('occurred_at')) }}
),

final as (
    select
        event_id,
        device_id,
        {{ clean_text('user_id') }} as shop_customer_id,
        platform as channel_id,
        {{ to_id('product_id') }} as product_id,
        event_name,
        page_path,
        referrer,
        utm_source,
        utm_campaign,
        {{ clean_text('search_term') }} as search_term,
        occurred_at,
        received_at
    from source
)

select * from final
