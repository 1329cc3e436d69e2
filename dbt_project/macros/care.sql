{#
    On which day of the year a date is celebrated, as rows: occasion_date, month_number, day_of_month
    (of the date that is celebrated). Born on 29 February one celebrates on 28 February of a year
    that has no such day. `days` is a CTE of days with `date_day`.
#}
{% macro celebrated_days(days) -%}
    select
        date_day as occasion_date,
        cast(extract(month from date_day) as integer) as month_number,
        cast(extract(day from date_day) as integer) as day_of_month
    from {{ days }}
    union all
    select
        date_day as occasion_date,
        2 as month_number,
        29 as day_of_month
    from {{ days }}
    where
        extract(month from date_day) = 2
        and extract(day from date_day) = 28
        and extract(day from {{ days_after('date_day', 1) }}) = 1
{%- endmacro %}


{#
    The same for lunar dates (农历): lunar_month and lunar_day. A date of a leap month (闰月) is
    celebrated in the month of the same number, which every year has; the leap month itself is not
    celebrated again. The 30th is celebrated on the 29th where the month has no more days. `days`
    must have the lunar date and `next_lunar_day`, the lunar day of the day after.
#}
{% macro celebrated_lunar_days(days) -%}
    select
        date_day as occasion_date,
        lunar_month,
        lunar_day
    from {{ days }}
    where not is_lunar_leap_month
    union all
    select
        date_day as occasion_date,
        lunar_month,
        30 as lunar_day
    from {{ days }}
    where not is_lunar_leap_month and lunar_day = 29 and next_lunar_day = 1
{%- endmacro %}
