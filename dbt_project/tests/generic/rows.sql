{#
    Generic tests of our own: the project needs no package hub. Each returns the rows that
    break its rule.
#}

{# The columns together identify a row, and none of them is null. #}
{% test unique_combination(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    group by {{ columns | join(', ') }}
    having
        count(*) > 1
        {%- for column in columns %}
        or {{ column }} is null
        {%- endfor %}
{% endtest %}


{# No value below zero. #}
{% test not_negative(model, column_name) %}
    select {{ column_name }}
    from {{ model }}
    where {{ column_name }} < 0
{% endtest %}


{# Every value lies between two bounds, both included; either may be left out. #}
{% test in_range(model, column_name, minimum=none, maximum=none) %}
    select {{ column_name }}
    from {{ model }}
    where
        false
        {%- if minimum is not none %}
        or {{ column_name }} < {{ minimum }}
        {%- endif %}
        {%- if maximum is not none %}
        or {{ column_name }} > {{ maximum }}
        {%- endif %}
{% endtest %}


{# The expression is true for every row; null counts as broken. #}
{% test is_true(model, expression, column_name=none) %}
    select *
    from {{ model }}
    where ({{ expression }}) is not true
{% endtest %}


{# No date later than as_of; `timestamp: true` compares the business date of a UTC timestamp. #}
{% test not_after_as_of(model, column_name, timestamp=false) %}
    select {{ column_name }}
    from {{ model }}
    where
        {% if timestamp -%}
            {{ to_business_date(column_name) }} > {{ as_of_date() }}
        {%- else -%}
            {{ column_name }} > {{ as_of_date() }}
        {%- endif %}
{% endtest %}


{# At most one current row for each key of a history. #}
{% test at_most_one_current(model, key, is_current='is_current') %}
    select {{ key | join(', ') }}
    from {{ model }}
    where {{ is_current }}
    group by {{ key | join(', ') }}
    having count(*) > 1
{% endtest %}


{#
    The periods of one key follow each other without overlap: each ends before the next begins. Their
    order is that of valid_from, or of order_by where two may begin on one day.
#}
{% test periods_do_not_overlap(
    model, key, valid_from='valid_from', valid_to='valid_to', order_by=none
) %}
    with
    periods as (
        select
            {{ key | join(', ') }},
            {{ valid_to }} as period_end,
            lead({{ valid_from }}) over (
                partition by {{ key | join(', ') }} order by {{ order_by or valid_from }}
            ) as next_start
        from {{ model }}
    )

    select *
    from periods
    where
        next_start is not null
        and (period_end is null or period_end > next_start)
{% endtest %}


{# The periods of one key follow each other day by day: each begins the day after the last ended. #}
{% test periods_have_no_gaps(model, key, valid_from='valid_from', valid_to='valid_to') %}
    with
    periods as (
        select
            {{ key | join(', ') }},
            {{ valid_to }} as period_end,
            lead({{ valid_from }}) over (
                partition by {{ key | join(', ') }} order by {{ valid_from }}
            ) as next_start
        from {{ model }}
    )

    select *
    from periods
    where
        (next_start is null and period_end is not null)
        or (next_start is not null and {{ days_after('period_end', 1) }} is distinct from next_start)
{% endtest %}


{# Exactly one row for each key that nothing is known of: what names nobody can always be joined. #}
{% test has_unknown_member(model, column_name) %}
    select count(*) as members
    from {{ model }}
    where {{ column_name }} = 'unknown'
    having count(*) <> 1
{% endtest %}
