-- A conversion is a valid order; its path are the touches of the same customer within the look-back
-- window, up to the moment of the order. What nobody is known to have done belongs to nobody: a
-- touch or an order of the unknown customer never meets another.
with

rules as (
    select * from {{ ref('attribution_rules') }}
),

touchpoint_kinds as (
    select * from {{ ref('attribution_touchpoints') }}
),

utm_sources as (
    select * from {{ ref('utm_sources') }}
),

campaigns as (
    select
        campaign_id,
        starts_on
    from {{ ref('dim_campaigns') }}
    where not is_unknown
),

orders as (
    select
        order_id,
        customer_key,
        ordered_at,
        ordered_date
    from {{ ref('fct_orders') }}
    where is_valid_order
),

campaign_touches as (
    select
        touch_id as touchpoint_id,
        customer_key,
        campaign_id,
        channel_id,
        touch_kind,
        cast(null as {{ dbt.type_string() }}) as utm_source,
        touched_at,
        touched_date
    from {{ ref('fct_campaign_touches') }}
    where
        touched_at is not null
        and customer_key <> 'unknown'
),

-- A link names its campaign by number. One that had not begun yet is not the one that was meant.
web_visits as (
    select
        sessions.session_id as touchpoint_id,
        sessions.customer_key,
        coalesce(campaigns.campaign_id, 'unknown') as campaign_id,
        coalesce(utm_sources.channel_id, sessions.channel_id) as channel_id,
        'web_session' as touch_kind,
        sessions.utm_source,
        sessions.started_at as touched_at,
        sessions.started_date as touched_date
    from {{ ref('fct_web_sessions') }} as sessions
    cross join rules
    left join campaigns
        on
            sessions.utm_campaign = coalesce(rules.utm_campaign_prefix, '') || campaigns.campaign_id
            and sessions.started_date >= campaigns.starts_on
    left join utm_sources
        on sessions.utm_source = utm_sources.utm_source
    where
        sessions.customer_key <> 'unknown'
        and (sessions.utm_source is not null or sessions.utm_campaign is not null)
),

touches as (
    select * from campaign_touches
    union all
    select * from web_visits
),

touchpoints as (
    select
        touches.*,
        coalesce(exact_kinds.touch_order, any_kinds.touch_order) as touch_order,
        case
            when touches.campaign_id <> 'unknown' then 'campaign ' || touches.campaign_id
            else touches.channel_id || ' ' || coalesce(touches.utm_source, '')
        end as conversation
    from touches
    left join touchpoint_kinds as exact_kinds
        on
            touches.touch_kind = exact_kinds.touch_kind
            and touches.channel_id = exact_kinds.channel_id
    left join touchpoint_kinds as any_kinds
        on
            touches.touch_kind = any_kinds.touch_kind
            and any_kinds.channel_id = 'any'
    where coalesce(exact_kinds.touch_order, any_kinds.touch_order) is not null
),

in_window as (
    select
        orders.order_id,
        orders.ordered_date,
        touchpoints.*,
        rules.is_repeat_merged,
        lead(touchpoints.conversation) over (
            partition by orders.order_id
            order by touchpoints.touched_at, touchpoints.touch_order, touchpoints.touchpoint_id
        ) as next_conversation
    from orders
    inner join touchpoints
        on
            orders.customer_key = touchpoints.customer_key
            and orders.ordered_at >= touchpoints.touched_at
    cross join rules
    where
        {{ days_between('touchpoints.touched_date', 'orders.ordered_date') }}
        <= rules.lookback_days
),

steps as (
    select
        *,
        row_number() over (
            partition by order_id order by touched_at, touch_order, touchpoint_id
        ) as step_number,
        count(*) over (partition by order_id) as step_count
    from in_window
    where
        not is_repeat_merged
        or next_conversation is null
        or next_conversation <> conversation
),

final as (
    select
        orders.order_id,
        cast(coalesce(steps.step_number, 1) as integer) as step_number,
        {{ as_of_date() }} as as_of_date,
        cast(coalesce(steps.step_count, 0) as integer) as step_count,
        orders.customer_key,
        orders.ordered_date,
        coalesce(steps.touchpoint_id, 'none') as touchpoint_id,
        coalesce(steps.touch_kind, 'none') as touch_kind,
        coalesce(steps.campaign_id, 'unattributed') as campaign_id,
        coalesce(steps.channel_id, 'unknown') as channel_id,
        steps.utm_source,
        steps.touched_at,
        steps.touched_date,
        cast({{ days_between('steps.touched_date', 'orders.ordered_date') }} as integer)
            as days_before_order
    from orders
    left join steps
        on orders.order_id = steps.order_id
)

select * from final
