{# The date that lies a number of days after another. #}
{% macro days_after(date_column, days) -%}
    {{ return(adapter.dispatch('days_after', 'customer_360')(date_column, days)) }}
{%- endmacro %}

{% macro duckdb__days_after(date_column, days) -%}
    {{ date_column }} + cast({{ days }} as integer)
{%- endmacro %}

{% macro spark__days_after(date_column, days) -%}
    date_add({{ date_column }}, {{ days }})
{%- endmacro %}


{# The values of a group as one text, in their own order, joined by a comma; null without any. #}
{% macro listed(expression) -%}
    {{ return(adapter.dispatch('listed', 'customer_360')(expression)) }}
{%- endmacro %}

{% macro duckdb__listed(expression) -%}
    string_agg({{ expression }}, ', ' order by {{ expression }})
{%- endmacro %}

{% macro spark__listed(expression) -%}
    nullif(array_join(array_sort(collect_list({{ expression }})), ', '), '')
{%- endmacro %}


{#
    Score 1 to 5 of a buyer among all rows: the share of buyers who have strictly less. A tie takes the
    lower fifth, so that a crowd of one-time buyers scores 1 and not 3.
#}
{% macro score_among_buyers(measure) -%}
    cast(
        1 + floor(5 * (rank() over (order by {{ measure }}) - 1) / count(*) over ()) as integer
    )
{%- endmacro %}


{# A share as decimal(9, 6), halves up; null of nothing. #}
{% macro ratio(part, whole) -%}
    cast(round(cast({{ part }} as decimal(18, 2)) / nullif({{ whole }}, 0), 6) as decimal(9, 6))
{%- endmacro %}


{#
    Share of the positive total that stands above a row when all rows are lined up by the measure,
    0 to 1: equals share it, and 1 where there is nothing to share.
#}
{% macro share_above(measure) -%}
    cast(
        coalesce(
            (
                sum(greatest({{ measure }}, 0)) over (
                    order by {{ measure }} desc range between unbounded preceding and current row
                )
                - sum(greatest({{ measure }}, 0)) over (partition by {{ measure }})
            )
            / nullif(sum(greatest({{ measure }}, 0)) over (), 0),
            1
        ) as decimal(9, 6)
    )
{%- endmacro %}


{# First day whose orders count for frequency and monetary; null where all days do. #}
{% macro rfm_window_start() -%}
    {%- set days = var('rfm_window_days') | string -%}
    {%- if days -%}
        cast({{ days_after(as_of_date(), 1 - (days | int)) }} as date)
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{%- endmacro %}

{# Whether an order of a date counts for frequency and monetary. #}
{% macro in_rfm_window(date_column) -%}
    {%- if var('rfm_window_days') | string -%}
        {{ date_column }} >= {{ rfm_window_start() }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#
    How many rows fall into the days up to as_of, and into as many days before them: the columns
    recent_count and prior_count of a group.
#}
{% macro count_by_window(date_column, window_days) -%}
    {%- set age = days_between(date_column, as_of_date()) -%}
    count(case when {{ age }} < {{ window_days }} then 1 end) as recent_count,
    count(
        case when {{ age }} >= {{ window_days }} and {{ age }} < 2 * {{ window_days }} then 1 end
    ) as prior_count
{%- endmacro %}
