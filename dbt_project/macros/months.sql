{#
    The months of the calendar up to as_of, as the body of a CTE: their first day, the day before
    it, and the last day that counts, which in the month of as_of is as_of itself.
#}
{% macro months_up_to_as_of() -%}
    select
        month_start_date,
        {{ days_after('month_start_date', -1) }} as day_before_month,
        max(date_day) as last_day,
        max(date_day) = last_day(month_start_date) as is_complete_month
    from {{ ref('dim_dates') }}
    where date_day <= {{ as_of_date() }}
    group by month_start_date
{%- endmacro %}
