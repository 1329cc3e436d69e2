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


{#
    What a product is compared with, as text: its category and type together, for one name of a type
    stands for different goods in different categories. The category stands in for an unknown type.
#}
{% macro product_type_key(category, type) -%}
    {{ category }} || ' > ' || coalesce({{ type }}, {{ category }})
{%- endmacro %}


{#
    Products that a customer gave back up to a cut, as the body of a CTE, from fct_refund_lines and
    fct_order_lines. A refund of a whole order is split over its lines; such a share says that a
    product was given back only where nothing of the line's amount is left.
#}
{% macro returned_up_to(cuts, refund_lines, order_lines) -%}
    select distinct
        {{ cuts }}.cut_name,
        {{ refund_lines }}.customer_key,
        {{ refund_lines }}.product_id
    from {{ refund_lines }}
    inner join {{ cuts }} on {{ refund_lines }}.refunded_date <= {{ cuts }}.cut_date
    left join {{ order_lines }}
        on {{ refund_lines }}.order_line_id = {{ order_lines }}.order_line_id
    where {{ refund_lines }}.product_id <> 'unknown'
    group by
        {{ cuts }}.cut_name,
        {{ refund_lines }}.customer_key,
        {{ refund_lines }}.product_id,
        {{ refund_lines }}.order_line_id
    having
        count(case when not {{ refund_lines }}.is_split then 1 end) > 0
        or (
            sum({{ refund_lines }}.refund_amount) >= max({{ order_lines }}.net_amount)
            and sum({{ refund_lines }}.refund_amount) > 0
        )
{%- endmacro %}


{# x ln x, and 0 for 0: what log-likelihood ratios are added up of. #}
{% macro x_ln_x(expression) -%}
    case when {{ expression }} > 0 then {{ expression }} * ln({{ expression }}) else 0 end
{%- endmacro %}


{# The value of the row with the highest `by`; ties must be excluded by the caller. #}
{% macro value_at_max(value, by) -%}
    max_by({{ value }}, {{ by }})
{%- endmacro %}
