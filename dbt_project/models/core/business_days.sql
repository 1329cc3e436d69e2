-- Hours are local: each opening and closing is turned into UTC on its own day, so that a day on
-- which the clocks change has the seconds it really had. A day more at both ends, for desks whose
-- date is ahead of the business date or behind it.
with

dates as (
    select
        date_day,
        is_cn_public_holiday,
        is_cn_working_weekend
    from {{ ref('dim_dates') }}
),

schedules as (
    select * from {{ ref('business_schedules') }}
),

hours as (
    select * from {{ ref('business_hours') }}
),

special_days as (
    select * from {{ ref('business_special_days') }}
),

spine as (
    select * from dates
    union all
    select
        {{ days_after('min(date_day)', -1) }} as date_day,
        false as is_cn_public_holiday,
        false as is_cn_working_weekend
    from dates
    having min(date_day) is not null
    union all
    select
        {{ days_after('max(date_day)', 1) }} as date_day,
        false as is_cn_public_holiday,
        false as is_cn_working_weekend
    from dates
    having max(date_day) is not null
),

scheduled as (
    select
        schedules.schedule_id,
        {{ schedule_zone('schedules') }} as time_zone,
        spine.date_day as schedule_date,
        case
            when special_days.day_kind is not null then special_days.day_kind
            when schedules.holiday_calendar = 'cn' and spine.is_cn_public_holiday then 'holiday'
            when
                schedules.holiday_calendar = 'cn' and spine.is_cn_working_weekend
                then 'working_weekend'
            else {{ weekday_name('spine.date_day') }}
        end as day_kind
    from spine
    cross join schedules
    left join special_days
        on
            schedules.holiday_calendar = special_days.holiday_calendar
            and spine.date_day = special_days.date_day
),

opened as (
    select
        scheduled.schedule_id,
        scheduled.schedule_date,
        scheduled.day_kind,
        {{ moment_of_day('scheduled.schedule_date', 'hours.opens', 'scheduled.time_zone') }}
            as opens_at,
        {{ moment_of_day('scheduled.schedule_date', 'hours.break_starts', 'scheduled.time_zone') }}
            as break_starts_at,
        {{ moment_of_day('scheduled.schedule_date', 'hours.break_ends', 'scheduled.time_zone') }}
            as break_ends_at,
        {{ moment_of_day('scheduled.schedule_date', 'hours.closes', 'scheduled.time_zone') }}
            as closes_at
    from scheduled
    left join hours
        on
            scheduled.schedule_id = hours.schedule_id
            and scheduled.day_kind = hours.day_kind
),

measured as (
    select
        *,
        {{ seconds_within('closes_at', 'opens_at', 'coalesce(break_starts_at, closes_at)') }}
        + {{ seconds_within('closes_at', 'break_ends_at', 'closes_at') }} as open_seconds
    from opened
),

final as (
    select
        schedule_id,
        schedule_date,
        day_kind,
        opens_at,
        break_starts_at,
        break_ends_at,
        closes_at,
        cast(open_seconds as bigint) as open_seconds,
        cast(
            sum(open_seconds) over (partition by schedule_id order by schedule_date)
            - open_seconds as bigint
        ) as open_seconds_before
    from measured
)

select * from final
