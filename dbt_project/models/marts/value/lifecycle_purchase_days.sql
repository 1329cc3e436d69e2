-- Several orders of one day are one purchase day. The rhythm of a purchase day is the one that was
-- known on it: gaps that came later are not in its median. How long the silence after it may be,
-- the rule says that was measured in the stage enrich.
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

thresholds as (
    select
        customer_key,
        purchased_on,
        churn_basis,
        churn_after_days
    from {{ source('enrich', 'churn_thresholds') }}
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

final as (
    select
        rhythms.customer_key,
        {{ as_of_date() }} as as_of_date,
        rhythms.purchase_day_number,
        rhythms.purchased_on,
        rhythms.next_purchase_on,
        cast(rhythms.gap_days as integer) as gap_days,
        cast(rhythms.median_gap_days as decimal(9, 1)) as median_gap_days,
        thresholds.churn_basis,
        thresholds.churn_after_days,
        {{ days_after('rhythms.purchased_on', 'thresholds.churn_after_days + 1') }} as churns_on
    from rhythms
    left join thresholds
        on
            rhythms.customer_key = thresholds.customer_key
            and rhythms.purchased_on = thresholds.purchased_on
)

select * from final
