{#- A table: DuckDB refuses a view in the database `vault` that reads its schema `vault`. -#}
{{ config(materialized='table') }}

-- The birth date stays: only the days of the next weeks on which somebody celebrates cross, and
-- core keeps those of customers who agreed to be written to.
with

birth_dates as (
    select
        customer_key,
        birth_date
    from {{ ref('customer_pii') }}
    where birth_date < {{ as_of_date() }}
),

calendar_days as (
    select
        date_day,
        lunar_month,
        lunar_day,
        is_lunar_leap_month,
        lead(lunar_day) over (order by date_day) as next_lunar_day
    from {{ ref('stg_calendar__days') }}
),

rules as (
    select days_ahead
    from {{ ref('care_rules') }}
    where rule_set = 'default'
),

days_ahead as (
    select calendar_days.*
    from calendar_days
    cross join rules
    where
        calendar_days.date_day > {{ as_of_date() }}
        and calendar_days.date_day <= {{ days_after(as_of_date(), 'rules.days_ahead') }}
),

celebrated as (
    {{ celebrated_days('days_ahead') }}
),

lunar_celebrated as (
    {{ celebrated_lunar_days('days_ahead') }}
),

lunar_birth_dates as (
    select
        birth_dates.customer_key,
        calendar_days.lunar_month,
        calendar_days.lunar_day
    from birth_dates
    inner join calendar_days on birth_dates.birth_date = calendar_days.date_day
),

final as (
    select
        birth_dates.customer_key,
        'birthday' as occasion,
        celebrated.occasion_date
    from birth_dates
    inner join celebrated
        on
            extract(month from birth_dates.birth_date) = celebrated.month_number
            and extract(day from birth_dates.birth_date) = celebrated.day_of_month
    union all
    select
        lunar_birth_dates.customer_key,
        'lunar_birthday' as occasion,
        lunar_celebrated.occasion_date
    from lunar_birth_dates
    inner join lunar_celebrated
        on
            lunar_birth_dates.lunar_month = lunar_celebrated.lunar_month
            and lunar_birth_dates.lunar_day = lunar_celebrated.lunar_day
)

select * from final
