{#
    Periods of a slowly changing dimension (type 2) out of the versions of its records, as the body
    of a CTE: one row per key and period in which the attributes stayed the same, with valid_from,
    valid_to, is_current, version_number, is_backdated and the attributes.

    The last version of a business day is the version of that day; a version that changes nothing
    makes no period; a period ends the day before the next begins. The first version that is known
    also stands for the time since the record was created: then is_backdated is true.

    versions: relation with the key, the attributes, changed_at, changed_date, created_date and
        is_version_known (false where a version from after as_of stands in).
    key: the column that tells one member from another.
    attributes: the columns whose changes make a new period.
#}
{% macro periods_of(versions, key, attributes) -%}
    with
    last_of_day as (
        select *
        from (
            select
                *,
                row_number() over (
                    partition by {{ key }}, changed_date order by changed_at desc
                ) as _rank_of_day
            from {{ versions }}
        ) as ranked_versions
        where _rank_of_day = 1
    ),

    compared as (
        select
            *,
            lag(changed_date) over by_day as _previous_date
            {%- for attribute in attributes %},
            lag({{ attribute }}) over by_day as _previous_{{ attribute }}
            {%- endfor %}
        from last_of_day
        window by_day as (partition by {{ key }} order by changed_date)
    ),

    periods as (
        select
            *,
            lead(changed_date) over by_day as _next_date,
            row_number() over by_day as _period_number
        from compared
        where
            _previous_date is null
            {%- for attribute in attributes %}
            or {{ attribute }} is distinct from _previous_{{ attribute }}
            {%- endfor %}
        window by_day as (partition by {{ key }} order by changed_date)
    )

    select
        {{ key }},
        case
            when _period_number = 1 and created_date < changed_date then created_date
            else changed_date
        end as valid_from,
        {{ days_after('_next_date', -1) }} as valid_to,
        _next_date is null as is_current,
        cast(_period_number as integer) as version_number,
        _period_number = 1
        and (coalesce(created_date < changed_date, false) or not is_version_known) as is_backdated
        {%- for attribute in attributes %},
        {{ attribute }}
        {%- endfor %}
    from periods
{%- endmacro %}


{#
    The condition that picks the version of a history that held on a day (时点关联); the keys stand
    beside it in the join. Each member has exactly one version for every day: a fact from before
    the first version takes the first, because a member can be late (迟到的维度成员).

        left join dim_customers_history as customers
            on
                orders.customer_key = customers.customer_key
                and {{ valid_on('customers', 'orders.ordered_date') }}

    history: alias of a dim_…_history.
    day: the business date of the fact.
#}
{% macro valid_on(history, day) -%}
    ({{ history }}.version_number = 1 or {{ history }}.valid_from <= {{ day }})
    and ({{ history }}.valid_to is null or {{ day }} <= {{ history }}.valid_to)
{%- endmacro %}
