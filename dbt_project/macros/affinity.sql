{#
    The days up to which recommendations look, as the body of a CTE: `live` is as_of, `back_test` lies
    the horizon of the seed before it. Each step computes both in one statement, so that the back-test
    judges the very SQL that makes the recommendations. `rules` is recommendation_rules.
#}
{% macro recommendation_cuts(rules) -%}
    select
        'live' as cut_name,
        {{ as_of_date() }} as cut_date
    union all
    select
        'back_test' as cut_name,
        {{ days_after(as_of_date(), '-' ~ rules ~ '.backtest_horizon_days') }} as cut_date
    from {{ rules }}
{%- endmacro %}


{#
    Which candidate methods a cut needs, as a condition: the back-test all of them, the live
    recommendations only the one that the seed ships. `methods` is recommendation_methods.
#}
{% macro is_method_needed(cut_name, methods) -%}
    ({{ cut_name }} = 'back_test' or {{ methods }}.is_shipped)
{%- endmacro %}


{# Products that a customer gave back up to a cut, as the body of a CTE, from fct_refund_lines. #}
{% macro returned_up_to(cuts, refund_lines) -%}
    select distinct
        {{ cuts }}.cut_name,
        {{ refund_lines }}.customer_key,
        {{ refund_lines }}.product_id
    from {{ refund_lines }}
    inner join {{ cuts }} on {{ refund_lines }}.refunded_date <= {{ cuts }}.cut_date
    where {{ refund_lines }}.product_id <> 'unknown'
{%- endmacro %}


{# x ln x, and 0 for 0: what log-likelihood ratios are added up of. #}
{% macro x_ln_x(expression) -%}
    case when {{ expression }} > 0 then {{ expression }} * ln({{ expression }}) else 0 end
{%- endmacro %}


{# The value of the row with the highest `by`; ties must be excluded by the caller. #}
{% macro value_at_max(value, by) -%}
    max_by({{ value }}, {{ by }})
{%- endmacro %}


{# A phrase with its {placeholders} replaced; `values` are pairs of a name and an expression of text. #}
{% macro filled_in(phrase, values) -%}
    {%- set filled = namespace(sql=phrase) -%}
    {%- for name, value in values -%}
        {%- set filled.sql = "replace(" ~ filled.sql ~ ", '{" ~ name ~ "}', coalesce(" ~ value ~ ", ''))" -%}
    {%- endfor -%}
    {{ filled.sql }}
{%- endmacro %}
