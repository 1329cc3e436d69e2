-- Every cohort has a row for every month since its first, also for months in which nobody bought.
with

months as (
    {{ months_up_to_as_of() }}
),

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

orders as (
    select
        orders.customer_key,
        {{ month_start('orders.ordered_date') }} as month_start_date,
        orders.kept_net_amount,
        orders.kept_margin_amount,
        {{ month_start('min(orders.ordered_date) over (partition by orders.customer_key)') }}
            as cohort_month_date
    from {{ ref('fct_orders') }} as orders
    inner join customers on orders.customer_key = customers.customer_key
    where orders.is_valid_order
),

cohorts as (
    select
        cohort_month_date,
        count(distinct customer_key) as cohort_customer_count
    from orders
    group by cohort_month_date
),

activity as (
    select
        cohort_month_date,
        month_start_date,
        count(distinct customer_key) as active_customer_count,
        count(*) as cohort_order_count,
        sum(kept_net_amount) as cohort_net_amount,
        sum(kept_margin_amount) as cohort_margin_amount
    from orders
    group by
        cohort_month_date,
        month_start_date
),

grid as (
    select
        cohorts.cohort_month_date,
        months.month_start_date,
        months.is_complete_month,
        {{ full_months_between('cohorts.cohort_month_date', 'months.month_start_date') }}
            as cohort_month_number,
        cohorts.cohort_customer_count,
        coalesce(activity.active_customer_count, 0) as active_customer_count,
        coalesce(activity.cohort_order_count, 0) as cohort_order_count,
        coalesce(activity.cohort_net_amount, 0) as cohort_net_amount,
        coalesce(activity.cohort_margin_amount, 0) as cohort_margin_amount
    from cohorts
    inner join months on cohorts.cohort_month_date <= months.month_start_date
    left join activity
        on
            cohorts.cohort_month_date = activity.cohort_month_date
            and months.month_start_date = activity.month_start_date
),

final as (
    select
        cohort_month_date,
        cast(cohort_month_number as integer) as cohort_month_number,
        month_start_date,
        {{ as_of_date() }} as as_of_date,
        cohort_customer_count,
        active_customer_count,
        cast(active_customer_count / cohort_customer_count as decimal(9, 6)) as retention_ratio,
        cohort_order_count,
        cast(cohort_net_amount as decimal(18, 2)) as cohort_net_amount,
        cast(cohort_margin_amount as decimal(18, 2)) as cohort_margin_amount,
        cast(
            sum(cohort_margin_amount) over (
                partition by cohort_month_date
                order by month_start_date
                rows between unbounded preceding and current row
            ) as decimal(18, 2)
        ) as cumulative_cohort_margin_amount,
        is_complete_month
    from grid
)

select * from final
