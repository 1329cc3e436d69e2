{# A date made of numbers; null when there is no such day. #}
{% macro date_of(year, month, day) -%}
    {{ try_cast(
        "concat(" ~ year ~ ", '-', lpad(cast(" ~ month ~ " as varchar(2)), 2, '0'), '-', lpad(cast("
        ~ day ~ " as varchar(2)), 2, '0'))",
        'date'
    ) }}
{%- endmacro %}


{# The date some months after another: the same day of the month, or its last where it is shorter. #}
{% macro months_after(date_column, months) -%}
    {{ return(adapter.dispatch('months_after', 'customer_360')(date_column, months)) }}
{%- endmacro %}

{% macro duckdb__months_after(date_column, months) -%}
    cast({{ date_column }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__months_after(date_column, months) -%}
    add_months({{ date_column }}, {{ months }})
{%- endmacro %}


{#
    One row per public holiday and period of days off around it, as the body of a CTE: festival,
    starts_on, ends_on. Weekends beside it belong to it. A period that the calendar may cut off,
    because no working day follows, is left out.
#}
{% macro holiday_periods(dates) -%}
    with
    counted as (
        select
            date_day,
            cn_holiday_name_zh,
            is_cn_working_day,
            sum(case when is_cn_working_day then 1 else 0 end) over (order by date_day) as period
        from {{ dates }}
    ),

    periods as (
        select
            period,
            min(date_day) as starts_on,
            max(date_day) as ends_on
        from counted
        where not is_cn_working_day
        group by period
    )

    select distinct
        split_part(counted.cn_holiday_name_zh, '（', 1) as festival,
        periods.starts_on,
        periods.ends_on
    from counted
    inner join periods
        on counted.period = periods.period
    where
        not counted.is_cn_working_day
        and counted.cn_holiday_name_zh is not null
        and periods.period < (select max(period) from counted)
{%- endmacro %}


{#
    The named day of this year, or of the next when it is over; a month is over with its last day,
    and what is to be before a day must be so today. Of the relation `anchored` of core/note_dates.
#}
{% macro next_named_day() -%}
    {%- set year = 'extract(year from written_date)' -%}
    {%- set this_year = date_of(year, 'named_month', 'named_day') -%}
    coalesce(
        case
            when
                {{ this_year }} >= case date_rule
                    when 'named_month' then {{ month_start('written_date') }}
                    when 'fixed_before' then {{ days_after('written_date', 1) }}
                    else written_date
                end
                then {{ this_year }}
        end,
        {{ date_of(year ~ ' + 1', 'named_month', 'named_day') }}
    )
{%- endmacro %}


{#
    The day a phrase counts from and the last day it allows, by its date_rule; of the relation
    `named` of core/note_dates. Null where the rule gives no day.
#}
{% macro last_day_of_phrase() -%}
    case named.date_rule
        when 'days' then {{ days_after('named.written_date', 'named.units') }}
        when 'hours'
            then {{ to_business_date(minutes_after('named.written_at', '60 * named.units')) }}
        when 'working_days' then working_days.schedule_date
        when 'months' then {{ months_after('named.written_date', 'named.units') }}
        when 'week' then {{ days_after('named.week_start', 'named.to_part - 1') }}
        when 'weekday'
            then case
                when named.shift is not null
                    then {{ days_after('named.week_start', 'named.first_number - 1') }}
                when named.first_number <> named.written_weekday
                    then {{ days_after(
                        'named.written_date',
                        '(named.first_number - named.written_weekday + 7) % 7'
                    ) }}
            end
        when 'month' then {{ day_of_month('named.month_start_date', 'named.to_part') }}
        when 'month_date'
            then {{ date_of(
                'extract(year from named.month_start_date)',
                'extract(month from named.month_start_date)',
                'named.first_number'
            ) }}
        when 'day_of_month'
            then {{ date_of(
                'extract(year from named.day_month_start)',
                'extract(month from named.day_month_start)',
                'named.first_number'
            ) }}
        when 'named_month' then {{ day_of_month('named.named_on', 'named.to_part') }}
        when 'month_day' then named.named_on
        when 'day_month' then named.named_on
        when 'slash' then named.named_on
        when 'full_date'
            then {{ date_of('named.first_number', 'named.second_number', 'named.third_number') }}
        when 'quarter'
            then last_day({{ months_after('named.quarter_start', 'named.to_part - 1') }})
        when 'year' then {{ date_of('extract(year from named.written_date)', '12', '31') }}
        when 'festival_after' then {{ days_after('next_holidays.ends_on', 'named.to_part') }}
        when 'festival_before' then {{ days_after('next_holidays.starts_on', '-1') }}
        when 'fixed_after' then {{ days_after('named.named_on', 'named.to_part') }}
        when 'fixed_before' then {{ days_after('named.named_on', '-1') }}
    end
{%- endmacro %}

{% macro first_day_of_phrase() -%}
    case named.date_rule
        when 'week' then {{ days_after('named.week_start', 'named.from_part - 1') }}
        when 'month' then {{ day_of_month('named.month_start_date', 'named.from_part') }}
        when 'named_month' then {{ day_of_month('named.named_on', 'named.from_part') }}
        when 'quarter'
            then case
                when named.from_part < named.to_part
                    then {{ months_after('named.quarter_start', 'named.from_part - 1') }}
                else last_day({{ months_after('named.quarter_start', 'named.to_part - 1') }})
            end
        when 'festival_after' then {{ days_after('next_holidays.ends_on', 'named.from_part') }}
        when 'fixed_after' then {{ days_after('named.named_on', 'named.from_part') }}
        else {{ last_day_of_phrase() }}
    end
{%- endmacro %}

{# A day of the month that begins on a date, or the last one where the month is shorter. #}
{% macro day_of_month(month_start_date, day) -%}
    least({{ days_after(month_start_date, day ~ ' - 1') }}, last_day({{ month_start_date }}))
{%- endmacro %}
