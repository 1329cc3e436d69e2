-- Events of one device belong to one session until a pause longer than the rule allows. Every night
-- all sessions are cut and given to customers anew: an event that comes late joins two sessions or
-- begins one, a login seen today also names the earlier sessions of its device, and a merge of two
-- customers moves theirs.
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

products as (
    select product_id
    from {{ ref('dim_products') }}
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
        sum(is_start) over so_far as session_number,
        last_value(case when is_start = 1 then event_id end ignore nulls) over so_far
            as first_event_id
    from with_starts
    window so_far as (
        partition by device_key
        order by occurred_at, event_id
        rows between unbounded preceding and current row
    )
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
        numbered.event_id,
        {{ surrogate_key(['numbered.device_key', 'numbered.first_event_id']) }} as session_id,
        cast(numbered.session_number as bigint) as session_number,
        numbered.is_start = 1 as is_first_event,
        coalesce(
            session_logins.login_customer_key, owners.login_customer_key, 'unknown'
        ) as customer_key,
        coalesce(session_logins.shop_customer_key, owners.shop_customer_key) as shop_customer_key,
        case
            when session_logins.device_key is not null then 'session_login'
            when owners.device_key is not null then 'device_login'
            else 'none'
        end as stitch_rule,
        numbered.device_key,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        numbered.event_name,
        coalesce(products.product_id, 'unknown') as product_id,
        numbered.product_id as source_product_id,
        numbered.page_path,
        numbered.utm_source,
        numbered.utm_campaign,
        numbered.occurred_at,
        {{ to_business_date('numbered.occurred_at') }} as occurred_date
    from numbered
    left join session_logins
        on
            numbered.device_key = session_logins.device_key
            and numbered.session_number = session_logins.session_number
            and session_logins.login_rank = 1
    left join owners
        on numbered.device_key = owners.device_key
    left join channels
        on numbered.channel_id = channels.channel_id
    left join products
        on numbered.product_id = products.product_id
)

select * from final
