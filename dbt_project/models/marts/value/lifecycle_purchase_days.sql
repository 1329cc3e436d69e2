-- Several orders of one day are one purchase day. The rhythm of a purchase day is the one that was
-- known on it: gaps that came later are not in its median.
with

customers as (
    select customer_key
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
        *,
        {{ days_between('previous_purchase_on', 'purchased_on') }} as gap_days
    from numbered
),

rhythms as (
    select
        *,
        {{ median('gap_days') }} over (
            partition by customer_key
            order by purchased_on
            rows between unbounded preceding and current row
        ) as median_gap_days
    from gaps
),

limits as (
    select
        rhythms.*,
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

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        purchase_day_number,
        purchased_on,
        next_purchase_on,
        cast(gap_days as integer) as gap_days,
        cast(median_gap_days as decimal(9, 1)) as median_gap_days,
        churn_rule,
        cast(churn_after_days as integer) as churn_after_days,
        {{ days_after('purchased_on', 'churn_after_days + 1') }} as churns_on
    from limits
)

select * from final
