-- Where the customers stood when a month began and when it ended: every customer known by its end
-- is counted once in each month. A stage that was entered and left within the month is not seen.
with

months as (
    {{ months_up_to_as_of() }}
),

stage_periods as (
    select
        customer_key,
        lifecycle_stage,
        entered_on,
        left_on
    from {{ ref('lifecycle_history') }}
),

stages as (
    select
        lifecycle_stage,
        lifecycle_stage_zh
    from {{ ref('lifecycle_stages') }}
),

starts as (
    select
        months.month_start_date,
        stage_periods.customer_key,
        stage_periods.lifecycle_stage
    from stage_periods
    inner join months
        on
            stage_periods.entered_on <= months.day_before_month
            and (stage_periods.left_on is null or stage_periods.left_on > months.day_before_month)
),

ends as (
    select
        months.month_start_date,
        months.is_complete_month,
        stage_periods.customer_key,
        stage_periods.lifecycle_stage
    from stage_periods
    inner join months
        on
            stage_periods.entered_on <= months.last_day
            and (stage_periods.left_on is null or stage_periods.left_on > months.last_day)
),

counted as (
    select
        ends.month_start_date,
        ends.is_complete_month,
        coalesce(starts.lifecycle_stage, 'none') as from_stage,
        ends.lifecycle_stage as to_stage,
        count(*) as transition_customer_count
    from ends
    left join starts
        on
            ends.customer_key = starts.customer_key
            and ends.month_start_date = starts.month_start_date
    group by
        ends.month_start_date,
        ends.is_complete_month,
        coalesce(starts.lifecycle_stage, 'none'),
        ends.lifecycle_stage
),

final as (
    select
        counted.month_start_date,
        counted.from_stage,
        counted.to_stage,
        {{ as_of_date() }} as as_of_date,
        coalesce(from_stages.lifecycle_stage_zh, '无') as from_stage_zh,
        to_stages.lifecycle_stage_zh as to_stage_zh,
        counted.transition_customer_count,
        cast(
            counted.transition_customer_count / sum(counted.transition_customer_count) over (
                partition by counted.month_start_date, counted.from_stage
            ) as decimal(9, 6)
        ) as transition_ratio,
        counted.is_complete_month
    from counted
    inner join stages as to_stages on counted.to_stage = to_stages.lifecycle_stage
    left join stages as from_stages on counted.from_stage = from_stages.lifecycle_stage
)

select * from final
