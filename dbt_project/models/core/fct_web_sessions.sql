-- Events of one device belong to one session until a pause longer than the rule allows. Every night
-- all sessions are cut and given to customers anew: a login seen today also names the earlier
-- sessions of its device, and a merge of two customers moves theirs.
with

events as (
    select * from {{ ref('int_web_events_keyed') }}
),

rules as (
    select * from {{ ref('web_session_rules') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

with_previous as (
    select
        *,
        lag(occurred_at) over (partition by device_key order by occurred_at, event_id)
            as previous_at
    from events
),

with_starts as (
    select
        with_previous.*,
        case
            when with_previous.previous_at is null then 1
            when
                with_previous.occurred_at
                > {{ minutes_after('with_previous.previous_at', 'rules.inactivity_minutes') }}
                then 1
            else 0
        end as is_start
    from with_previous
    cross join rules
),

numbered as (
    select
        *,
        sum(is_start) over (
            partition by device_key
            order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as session_number
    from with_starts
),

sessions as (
    select
        device_key,
        session_number,
        max(case when is_start = 1 then event_id end) as first_event_id,
        max(case when is_start = 1 then channel_id end) as channel_id,
        max(case when is_start = 1 then page_path end) as landing_page_path,
        max(case when is_start = 1 then utm_source end) as utm_source,
        max(case when is_start = 1 then utm_campaign end) as utm_campaign,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as event_count,
        count(case when event_name = 'page_view' then 1 end) as page_view_count,
        count(distinct page_path) as distinct_page_count,
        count(case when event_name = 'search' then 1 end) as search_count,
        count(case when event_name = 'add_to_cart' then 1 end) as add_to_cart_count,
        count(case when event_name = 'remove_from_cart' then 1 end) as remove_from_cart_count,
        count(case when event_name = 'checkout' then 1 end) as checkout_count
    from numbered
    group by
        device_key,
        session_number
),

logins as (
    select
        device_key,
        session_number,
        shop_customer_key,
        login_customer_key,
        max(occurred_at) as last_seen_at
    from numbered
    where shop_customer_key is not null
    group by
        device_key,
        session_number,
        shop_customer_key,
        login_customer_key
),

-- Two people in one session: the one who was there last.
session_logins as (
    select
        *,
        row_number() over (
            partition by device_key, session_number
            order by last_seen_at desc, shop_customer_key asc
        ) as login_rank
    from logins
),

device_logins as (
    select
        device_key,
        shop_customer_key,
        login_customer_key,
        max(last_seen_at) as last_seen_at
    from logins
    group by
        device_key,
        shop_customer_key,
        login_customer_key
),

ranked_device_logins as (
    select
        *,
        row_number() over (
            partition by device_key
            order by last_seen_at desc, shop_customer_key asc
        ) as login_rank,
        count(*) over (partition by device_key) as login_count
    from device_logins
),

owners as (
    select
        ranked_device_logins.device_key,
        ranked_device_logins.shop_customer_key,
        ranked_device_logins.login_customer_key
    from ranked_device_logins
    cross join rules
    where
        ranked_device_logins.login_rank = 1
        and rules.is_device_login_used
        and ranked_device_logins.login_count <= rules.max_logins_per_device
),

final as (
    select
        {{ surrogate_key(['sessions.device_key', 'sessions.first_event_id']) }} as session_id,
        coalesce(
            session_logins.login_customer_key, owners.login_customer_key, 'unknown'
        ) as customer_key,
        coalesce(session_logins.shop_customer_key, owners.shop_customer_key) as shop_customer_key,
        case
            when session_logins.device_key is not null then 'session_login'
            when owners.device_key is not null then 'device_login'
            else 'none'
        end as stitch_rule,
        sessions.device_key,
        cast(sessions.session_number as bigint) as session_number,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        sessions.started_at,
        {{ to_business_date('sessions.started_at') }} as started_date,
        sessions.ended_at,
        cast({{ minutes_between('sessions.started_at', 'sessions.ended_at') }} as bigint)
            as duration_minutes,
        sessions.event_count,
        sessions.page_view_count,
        sessions.distinct_page_count,
        sessions.search_count,
        sessions.add_to_cart_count,
        sessions.remove_from_cart_count,
        sessions.checkout_count,
        sessions.landing_page_path,
        sessions.utm_source,
        sessions.utm_campaign
    from sessions
    left join session_logins
        on
            sessions.device_key = session_logins.device_key
            and sessions.session_number = session_logins.session_number
            and session_logins.login_rank = 1
    left join owners
        on sessions.device_key = owners.device_key
    left join channels
        on sessions.channel_id = channels.channel_id
)

select * from final
