-- The stage is replayed from the order history, so that a run of any as_of says what it would have
-- said on that day: every purchase day sets a stage by its number, and a silence longer than the
-- customer's own rhythm, as it was known at that time, sets churned until the next purchase day.
with

customers as (
    select
        customer_key,
        first_seen_date
    from {{ ref('dim_customers') }}
    where is_counted
),

orders as (
    select
        customer_key,
        ordered_date
    from {{ ref('fct_orders') }}
    where is_valid_order
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

rules as (
    select
        own_rhythm_min_purchase_days,
        own_rhythm_factor,
        own_rhythm_min_days,
        fallback_days
    from {{ ref('lifecycle_rules') }}
    where rule_set = 'default'
),

purchase_days as (
    select distinct
        customers.customer_key,
        orders.ordered_date as purchased_on
    from customers
    inner join orders on customers.customer_key = orders.customer_key
),

numbered as (
    select
        customer_key,
        purchased_on,
        row_number() over (partition by customer_key order by purchased_on) as purchase_day_number,
        lag(purchased_on) over (
            partition by customer_key order by purchased_on
        ) as previous_purchase_on,
        lead(purchased_on) over (
            partition by customer_key order by purchased_on
        ) as next_purchase_on
    from purchase_days
),

gaps as (
    select
        customer_key,
        purchased_on,
        purchase_day_number,
        next_purchase_on,
        {{ days_between('previous_purchase_on', 'purchased_on') }} as gap_days
    from numbered
),

rhythms as (
    select
        customer_key,
        purchased_on,
        purchase_day_number,
        next_purchase_on,
        {{ median('gap_days') }} over (
            partition by customer_key
            order by purchased_on
            rows between unbounded preceding and current row
        ) as median_gap_days
    from gaps
),

limits as (
    select
        rhythms.customer_key,
        rhythms.purchased_on,
        rhythms.purchase_day_number,
        rhythms.next_purchase_on,
        rhythms.median_gap_days,
        case
            when rhythms.purchase_day_number >= rules.own_rhythm_min_purchase_days
                then 'own_rhythm'
            else 'fallback'
        end as churn_rule,
        case
            when rhythms.purchase_day_number >= rules.own_rhythm_min_purchase_days
                then greatest(
                    rules.own_rhythm_min_days,
                    cast(ceil(rules.own_rhythm_factor * rhythms.median_gap_days) as integer)
                )
            else rules.fallback_days
        end as churn_after_days
    from rhythms
    cross join rules
),

silences as (
    select
        customer_key,
        next_purchase_on,
        {{ days_after('purchased_on', 'churn_after_days + 1') }} as churned_on
    from limits
),

last_purchases as (
    select
        customer_key,
        purchased_on as last_order_date,
        purchase_day_number as purchase_days_count,
        median_gap_days,
        churn_rule,
        churn_after_days
    from limits
    where next_purchase_on is null
),

first_purchases as (
    select
        customer_key,
        purchased_on as first_order_date
    from numbered
    where purchase_day_number = 1
),

stage_events as (
    select
        customers.customer_key,
        'prospect' as lifecycle_stage,
        coalesce(
            least(customers.first_seen_date, first_purchases.first_order_date),
            first_purchases.first_order_date,
            customers.first_seen_date,
            {{ as_of_date() }}
        ) as entered_on
    from customers
    left join first_purchases on customers.customer_key = first_purchases.customer_key

    union all

    select
        numbered.customer_key,
        stages.lifecycle_stage,
        numbered.purchased_on as entered_on
    from numbered
    inner join stages
        on
            numbered.purchase_day_number
            between stages.purchase_days_min and stages.purchase_days_max

    union all

    select
        customer_key,
        'churned' as lifecycle_stage,
        churned_on as entered_on
    from silences
    where
        churned_on <= {{ as_of_date() }}
        and (next_purchase_on is null or churned_on < next_purchase_on)
),

ordered_events as (
    select
        stage_events.customer_key,
        stage_events.lifecycle_stage,
        stage_events.entered_on,
        stages.stage_order,
        lag(stage_events.lifecycle_stage) over (
            partition by stage_events.customer_key
            order by stage_events.entered_on, stages.stage_order
        ) as stage_before
    from stage_events
    inner join stages on stage_events.lifecycle_stage = stages.lifecycle_stage
),

changes as (
    select
        customer_key,
        lifecycle_stage,
        entered_on,
        stage_before as previous_stage,
        row_number() over (
            partition by customer_key
            order by entered_on desc, stage_order desc
        ) as changes_ago
    from ordered_events
    where stage_before is null or lifecycle_stage <> stage_before
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        changes.lifecycle_stage,
        stages.lifecycle_stage_zh,
        changes.entered_on,
        cast(
            {{ days_between('changes.entered_on', as_of_date()) }} as integer
        ) as days_in_stage,
        changes.previous_stage,
        previous_stages.lifecycle_stage_zh as previous_stage_zh,
        coalesce(last_purchases.purchase_days_count, 0) as purchase_days_count,
        last_purchases.last_order_date,
        cast(
            {{ days_between('last_purchases.last_order_date', as_of_date()) }} as integer
        ) as recency_days,
        cast(last_purchases.median_gap_days as decimal(9, 1)) as median_gap_days,
        cast(last_purchases.churn_after_days as integer) as churn_after_days,
        last_purchases.churn_rule
    from customers
    inner join changes
        on customers.customer_key = changes.customer_key and changes.changes_ago = 1
    inner join stages on changes.lifecycle_stage = stages.lifecycle_stage
    left join stages as previous_stages
        on changes.previous_stage = previous_stages.lifecycle_stage
    left join last_purchases on customers.customer_key = last_purchases.customer_key
)

select * from final
