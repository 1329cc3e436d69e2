-- The current period of each customer's history, with the rhythm of the last purchase, the rule of
-- silence and how well it was measured to work, and all of it in words.
{%- set figures = {
    'days': 'joined.recency_days',
    'limit': 'joined.churn_after_days',
    'count': 'joined.purchase_days_count',
} %}
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
        churn_basis
    from {{ ref('lifecycle_purchase_days') }}
    where next_purchase_on is null
),

churn_rules as (
    select
        rule as churn_rule,
        f1 as churn_rule_f1
    from {{ source('enrich', 'churn_rule_choice') }}
),

reasons as (
    select
        lifecycle_stage,
        churn_basis,
        stage_reason,
        stage_reason_zh
    from {{ ref('lifecycle_reasons') }}
),

joined as (
    select
        stage_periods.*,
        coalesce(last_purchases.purchase_day_number, 0) as purchase_days_count,
        last_purchases.purchased_on as last_order_date,
        cast(
            {{ days_between('last_purchases.purchased_on', as_of_date()) }} as integer
        ) as recency_days,
        last_purchases.median_gap_days,
        last_purchases.churn_after_days,
        last_purchases.churn_basis,
        churn_rules.churn_rule,
        churn_rules.churn_rule_f1
    from stage_periods
    left join last_purchases on stage_periods.customer_key = last_purchases.customer_key
    left join churn_rules on last_purchases.customer_key is not null
),

final as (
    select
        joined.customer_key,
        {{ as_of_date() }} as as_of_date,
        joined.lifecycle_stage,
        joined.lifecycle_stage_zh,
        joined.entered_on,
        joined.days_in_stage,
        joined.previous_stage,
        joined.previous_stage_zh,
        joined.purchase_days_count,
        joined.last_order_date,
        joined.recency_days,
        joined.median_gap_days,
        joined.churn_after_days,
        joined.churn_basis,
        joined.churn_rule,
        joined.churn_rule_f1,
        {{ fill_in('reasons.stage_reason', figures) }} as stage_reason,
        {{ fill_in('reasons.stage_reason_zh', figures) }} as stage_reason_zh
    from joined
    left join reasons
        on
            joined.lifecycle_stage = reasons.lifecycle_stage
            and reasons.churn_basis in ('any', joined.churn_basis)
)

select * from final
