-- The stages are replayed from the purchase days, so that a run of any as_of says what it would
-- have said on that day: every purchase day sets a stage by its number, and a silence longer than
-- the customer's own rhythm, as it was known at that time, sets churned until the next one.
with

customers as (
    select
        customer_key,
        first_seen_date
    from {{ ref('dim_customers') }}
    where is_counted
),

purchase_days as (
    select
        customer_key,
        purchase_day_number,
        purchased_on,
        next_purchase_on,
        churns_on
    from {{ ref('lifecycle_purchase_days') }}
),

stages as (
    select
        lifecycle_stage,
        lifecycle_stage_zh,
        stage_order,
        purchase_days_min,
        purchase_days_max
    from {{ ref('lifecycle_stages') }}
),

stage_events as (
    select
        customers.customer_key,
        'prospect' as lifecycle_stage,
        coalesce(
            least(customers.first_seen_date, purchase_days.purchased_on),
            purchase_days.purchased_on,
            customers.first_seen_date,
            {{ as_of_date() }}
        ) as entered_on
    from customers
    left join purchase_days
        on
            customers.customer_key = purchase_days.customer_key
            and purchase_days.purchase_day_number = 1

    union all

    select
        purchase_days.customer_key,
        stages.lifecycle_stage,
        purchase_days.purchased_on as entered_on
    from purchase_days
    inner join stages
        on
            purchase_days.purchase_day_number
            between stages.purchase_days_min and stages.purchase_days_max

    union all

    select
        customer_key,
        'churned' as lifecycle_stage,
        churns_on as entered_on
    from purchase_days
    where
        churns_on <= {{ as_of_date() }}
        and (next_purchase_on is null or churns_on < next_purchase_on)
),

ordered_events as (
    select
        stage_events.*,
        stages.lifecycle_stage_zh,
        stages.stage_order,
        lag(stage_events.lifecycle_stage) over (
            partition by stage_events.customer_key
            order by stage_events.entered_on, stages.stage_order
        ) as stage_before,
        lag(stages.lifecycle_stage_zh) over (
            partition by stage_events.customer_key
            order by stage_events.entered_on, stages.stage_order
        ) as stage_before_zh
    from stage_events
    inner join stages on stage_events.lifecycle_stage = stages.lifecycle_stage
),

periods as (
    select
        *,
        row_number() over (
            partition by customer_key order by entered_on, stage_order
        ) as stage_period_number,
        lead(entered_on) over (
            partition by customer_key order by entered_on, stage_order
        ) as left_on
    from ordered_events
    where stage_before is null or lifecycle_stage <> stage_before
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        stage_period_number,
        lifecycle_stage,
        lifecycle_stage_zh,
        entered_on,
        left_on,
        cast(
            {{ days_between('entered_on', 'coalesce(left_on, ' ~ as_of_date() ~ ')') }} as integer
        ) as days_in_stage,
        stage_before as previous_stage,
        stage_before_zh as previous_stage_zh,
        coalesce(stage_before = 'churned', false) as is_won_back,
        left_on is null as is_current
    from periods
)

select * from final
