-- A visit that a link brought counts for the channel of the link, any other for its own. Its order
-- may be placed on any channel: who looks things up in the app buys them in the store.
with

rules as (
    select visit_conversion_days
    from {{ ref('campaign_rules') }}
),

sessions as (
    select * from {{ ref('fct_web_sessions') }}
),

utm_sources as (
    select * from {{ ref('utm_sources') }}
),

orders as (
    select
        order_id,
        customer_key,
        ordered_at,
        ordered_date
    from {{ ref('fct_orders') }}
    where
        is_valid_order
        and customer_key <> 'unknown'
),

followed as (
    select
        sessions.session_id,
        orders.order_id,
        row_number() over (
            partition by sessions.session_id order by orders.ordered_at, orders.order_id
        ) as order_number
    from sessions
    cross join rules
    inner join orders
        on
            sessions.customer_key = orders.customer_key
            and sessions.started_at <= orders.ordered_at
    where
        {{ days_between('sessions.started_date', 'orders.ordered_date') }}
        <= rules.visit_conversion_days
),

final as (
    select
        sessions.session_id,
        {{ as_of_date() }} as as_of_date,
        sessions.customer_key,
        coalesce(utm_sources.channel_id, sessions.channel_id) as channel_id,
        sessions.utm_source,
        sessions.started_date,
        sessions.customer_key <> 'unknown' as is_known_visit,
        followed.order_id is not null as is_converting_visit,
        followed.order_id
    from sessions
    left join utm_sources
        on sessions.utm_source = utm_sources.utm_source
    left join followed
        on
            sessions.session_id = followed.session_id
            and followed.order_number = 1
)

select * from final
