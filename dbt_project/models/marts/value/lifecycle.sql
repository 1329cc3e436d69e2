-- The current period of each customer's history, with the rhythm of the last purchase.
with

stage_periods as (
    select
        customer_key,
        lifecycle_stage,
        lifecycle_stage_zh,
        entered_on,
        days_in_stage,
        previous_stage,
        previous_stage_zh
    from {{ ref('lifecycle_history') }}
    where is_current
),

last_purchases as (
    select
        customer_key,
        purchase_day_number,
        purchased_on,
        median_gap_days,
        churn_after_days,
        churn_rule
    from {{ ref('lifecycle_purchase_days') }}
    where next_purchase_on is null
),

final as (
    select
        stage_periods.customer_key,
        {{ as_of_date() }} as as_of_date,
        stage_periods.lifecycle_stage,
        stage_periods.lifecycle_stage_zh,
        stage_periods.entered_on,
        stage_periods.days_in_stage,
        stage_periods.previous_stage,
        stage_periods.previous_stage_zh,
        coalesce(last_purchases.purchase_day_number, 0) as purchase_days_count,
        last_purchases.purchased_on as last_order_date,
        cast(
            {{ days_between('last_purchases.purchased_on', as_of_date()) }} as integer
        ) as recency_days,
        last_purchases.median_gap_days,
        last_purchases.churn_after_days,
        last_purchases.churn_rule
    from stage_periods
    left join last_purchases on stage_periods.customer_key = last_purchases.customer_key
)

select * from final
