{# Months since the year 0: months are counted, compared and subtracted by it. #}
{% macro month_index(date_column) -%}
    cast(12 * extract(year from {{ date_column }}) + extract(month from {{ date_column }}) as integer)
{%- endmacro %}


{#
    A state that does not flip: it is what the latest observation says that was clear. `enters` is
    true where the measure is clearly in, `leaves` where it is clearly out; in between (the dead
    band) the one before counts, and without any clear observation the state is false. `number`
    orders the observations (a whole number, larger is later), `partition_by` names whose they are.
    No memory is needed: the observations are computed anew every night. Where nothing to observe is
    no row, `leaves` must take the row after a gap for clear: see `follows_a_gap`.
#}
{% macro with_dead_band(number, enters, leaves, partition_by) -%}
    coalesce(
        max(
            case
                when {{ enters }} then 2 * {{ number }} + 1
                when {{ leaves }} then 2 * {{ number }}
            end
        ) over (
            partition by {{ partition_by }}
            order by {{ number }}
            rows between unbounded preceding and current row
        ) % 2 = 1,
        false
    )
{%- endmacro %}


{#
    True when the review before this row had nothing to observe and so has no row: what was seen in an
    older one is over. `number` and `partition_by` as in with_dead_band, in a CTE before it.
#}
{% macro follows_a_gap(number, partition_by) -%}
    coalesce(
        lag({{ number }}) over (partition by {{ partition_by }} order by {{ number }})
        < {{ number }} - 1,
        false
    )
{%- endmacro %}


{#
    The months that a review looks at, one row for each review and month: reviews on the first day of
    as_of's month and of the months before, as many as the column of segment_rules says, each with
    the `window_months` before it. `dates` is dim_dates, `rules` the seed, both CTEs of the model.
#}
{% macro review_windows(count_column) -%}
    select
        reviews.date_day as review_date,
        {{ month_index('reviews.date_day') }} as review_month,
        months.window_month,
        months.window_month >= {{ month_index('reviews.date_day') }} - rules.pace_months as is_pace
    from dates as reviews
    cross join rules
    inner join (
        select distinct {{ month_index('date_day') }} as window_month from dates
    ) as months
        on
            months.window_month < {{ month_index('reviews.date_day') }}
            and months.window_month >= {{ month_index('reviews.date_day') }} - rules.window_months
    where
        extract(day from reviews.date_day) = 1
        and reviews.date_day <= {{ as_of_date() }}
        and {{ month_index(as_of_date()) }} - {{ month_index('reviews.date_day') }}
        < rules.{{ count_column }}
{%- endmacro %}


{# A share of counts, 0 to 1 with six digits; empty where there is nothing to share. #}
{% macro ratio_of(part, whole) -%}
    cast({{ part }} / nullif({{ whole }}, 0) as decimal(9, 6))
{%- endmacro %}


{# The exponent of the largest power of two that is not above a whole number of 1 or more. #}
{% macro power_of_two(expression) -%}
    cast(floor(log2({{ expression }})) as integer)
{%- endmacro %}
