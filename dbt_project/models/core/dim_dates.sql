-- Weekdays are counted from a known Monday: every engine numbers the days of a week differently.
with

days as (
    select * from {{ ref('int_calendar_days_keyed') }}
),

numbered as (
    select
        *,
        {{ days_between("cast('2000-01-03' as date)", 'date_day') }} % 7 + 1 as day_of_week
    from days
),

final as (
    select
        date_day,
        cast(extract(year from date_day) as integer) as year_number,
        cast(extract(quarter from date_day) as integer) as quarter_number,
        cast(extract(month from date_day) as integer) as month_number,
        {{ month_start('date_day') }} as month_start_date,
        cast(extract(week from date_day) as integer) as iso_week_number,
        cast(extract(day from date_day) as integer) as day_of_month,
        cast(day_of_week as integer) as day_of_week,
        case day_of_week
            when 1 then 'Monday'
            when 2 then 'Tuesday'
            when 3 then 'Wednesday'
            when 4 then 'Thursday'
            when 5 then 'Friday'
            when 6 then 'Saturday'
            else 'Sunday'
        end as day_name,
        case day_of_week
            when 1 then '星期一'
            when 2 then '星期二'
            when 3 then '星期三'
            when 4 then '星期四'
            when 5 then '星期五'
            when 6 then '星期六'
            else '星期日'
        end as day_name_zh,
        day_of_week >= 6 as is_weekend,
        cn_holiday_name_en as cn_holiday_name,
        cn_holiday_name_zh,
        coalesce(is_cn_public_holiday, false) as is_cn_public_holiday,
        coalesce(is_cn_working_weekend, false) as is_cn_working_weekend,
        coalesce(is_cn_working_weekend, false)
        or (day_of_week <= 5 and not coalesce(is_cn_public_holiday, false)) as is_cn_working_day,
        cast(lunar_year as integer) as lunar_year,
        cast(lunar_month as integer) as lunar_month,
        cast(lunar_day as integer) as lunar_day,
        coalesce(is_lunar_leap_month, false) as is_lunar_leap_month,
        lunar_label as lunar_label_zh,
        festival_name_en as festival_name,
        festival_name_zh,
        date_day > {{ as_of_date() }} as is_after_as_of
    from numbered
)

select * from final
