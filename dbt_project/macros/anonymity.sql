{#
    Common table expressions that generalise attributes until every combination of them is that of
    enough different customers (k-anonymity, k 匿名). What is rare loses one step after the other; what
    is common keeps everything. The result is `generalised`; its last step has no attribute left, so
    nobody is left alone with any.

    Args:
        relation: rows with `customer_key`, the columns and those that are kept.
        columns: the attributes by which somebody may be recognised (quasi-identifiers 准标识符).
        steps: lists of columns that become empty, in this order.
        kept: other columns that come along.
        apart: columns whose groups count for themselves.
        sensitive: those of the columns that become empty where all who share the others have one
            value (l-diversity, l 多样性): who knows the others would know it as well.

    A customer may have several rows and counts once: first and last place in a ranking of the keys
    add up to their number, where a window function cannot count distinct values.
#}
{% macro generalisation(relation, columns, steps, kept=[], apart=[], sensitive=[]) -%}
    {%- set group = (apart + columns) | join(', ') -%}
generalised_0 as (
    select
        customer_key,
        {%- for column in kept + apart + columns %}
        {{ column }},
        {%- endfor %}
        false as is_common
    from {{ relation }}
),
{%- for step in steps %}

counted_{{ loop.index }} as (
    select
        *,
        dense_rank() over (partition by is_common, {{ group }} order by customer_key asc)
        + dense_rank() over (partition by is_common, {{ group }} order by customer_key desc)
        - 1 as customer_count
    from generalised_{{ loop.index0 }}
),

generalised_{{ loop.index }} as (
    select
        customer_key,
        {%- for column in kept + apart %}
        {{ column }},
        {%- endfor %}
        {%- for column in columns %}
        {%- if column in step %}
        case
            when is_common or customer_count >= {{ var('anonymity_minimum') }} then {{ column }}
        end as {{ column }},
        {%- else %}
        {{ column }},
        {%- endif %}
        {%- endfor %}
        is_common or customer_count >= {{ var('anonymity_minimum') }} as is_common
    from counted_{{ loop.index }}
),
{%- endfor %}

generalised as (
    select
        customer_key,
        {%- for column in kept + apart %}
        {{ column }},
        {%- endfor %}
        {%- for column in columns %}
        {%- if column in sensitive %}
        {%- set others %}partition by {{ group_without(apart + columns, column) }}{% endset %}
        case
            when
                min({{ column }}) over ({{ others }}) <> max({{ column }}) over ({{ others }})
                or count({{ column }}) over ({{ others }}) < count(*) over ({{ others }})
                then {{ column }}
        end as {{ column }},
        {%- else %}
        {{ column }},
        {%- endif %}
        {%- endfor %}
        is_common
    from generalised_{{ steps | length }}
),
{%- endmacro %}


{# The columns but one, as a list. #}
{% macro group_without(columns, column) -%}
    {{ columns | reject('equalto', column) | join(', ') }}
{%- endmacro %}


{# Attributes of a customer by which somebody who knows the person may find the row. #}
{% macro quasi_identifiers() -%}
    {{ return([
        'country', 'region', 'city', 'gender', 'age_band', 'income_band', 'household_composition',
        'kids_count', 'preferred_language'
    ]) }}
{%- endmacro %}


{# The key of a place, as dim_geographies has it. #}
{% macro geography_key(country, region, city) -%}
    case
        when coalesce({{ country }}, {{ region }}, {{ city }}) is null then 'unknown'
        else {{ surrogate_key([country, region, city]) }}
    end
{%- endmacro %}
