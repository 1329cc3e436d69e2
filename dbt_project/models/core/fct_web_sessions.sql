-- What fct_web_events cut into sessions and gave to customers, summed up.
with

events as (
    select * from {{ ref('fct_web_events') }}
),

sessions as (
    select
        session_id,
        customer_key,
        shop_customer_key,
        stitch_rule,
        device_key,
        session_number,
        max(case when is_first_event then channel_id end) as channel_id,
        max(case when is_first_event then page_path end) as landing_page_path,
        max(case when is_first_event then utm_source end) as utm_source,
        max(case when is_first_event then utm_campaign end) as utm_campaign,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as event_count,
        count(case when event_name = 'page_view' then 1 end) as page_view_count,
        count(distinct page_path) as distinct_page_count,
        count(case when event_name = 'search' then 1 end) as search_count,
        count(case when event_name = 'add_to_cart' then 1 end) as add_to_cart_count,
        count(case when event_name = 'remove_from_cart' then 1 end) as remove_from_cart_count,
        count(case when event_name = 'checkout' then 1 end) as checkout_count
    from events
    group by
        session_id,
        customer_key,
        shop_customer_key,
        stitch_rule,
        device_key,
        session_number
),

final as (
    select
        session_id,
        customer_key,
        shop_customer_key,
        stitch_rule,
        device_key,
        session_number,
        channel_id,
        started_at,
        {{ to_business_date('started_at') }} as started_date,
        ended_at,
        cast({{ minutes_between('started_at', 'ended_at') }} as bigint) as duration_minutes,
        event_count,
        page_view_count,
        distinct_page_count,
        search_count,
        add_to_cart_count,
        remove_from_cart_count,
        checkout_count,
        landing_page_path,
        utm_source,
        utm_campaign
    from sessions
)

select * from final
