{# A whole number divided by another, cut off: no floating point on the way. #}
{% macro whole_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient', 'customer_360')(dividend, divisor)) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    ({{ dividend }} // {{ divisor }})
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    ({{ dividend }} div {{ divisor }})
{%- endmacro %}


{#
    What a row gets of an amount in whole units (cents) that the rows of a group share: its share
    cut off, and one unit more for the rows with the largest cut-off rest until nothing is left
    over. Rows in `tie_break` order among equal rests. The sum over the group is the amount.

    units: amount to share, zero or more, the same in all rows of the group.
    weight, total_weight: whole numbers, the second the sum of the first over the group.
    partition: columns that make the group.
#}
{% macro shared_units(units, weight, total_weight, partition, tie_break) -%}
    {%- set cut = whole_quotient(units ~ ' * ' ~ weight, total_weight) -%}
    {%- set group = 'partition by ' ~ partition | join(', ') -%}
    (
        {{ cut }}
        + case
            when
                row_number() over (
                    {{ group }}
                    order by ({{ units }} * {{ weight }}) % {{ total_weight }} desc, {{ tie_break }}
                )
                <= {{ units }} - sum({{ cut }}) over ({{ group }})
                then 1
            else 0
        end
    )
{%- endmacro %}


{# A count as a share of another, null when that is none. #}
{% macro share_of(part, whole) -%}
    cast({{ part }} / cast(nullif({{ whole }}, 0) as double) as decimal(9, 6))
{%- endmacro %}


{# What came back of a cost beyond the cost itself: 0 is break-even, -1 a total loss. Null without a cost. #}
{% macro return_on(margin_amount, cost_amount) -%}
    cast(
        (coalesce({{ margin_amount }}, 0) - {{ cost_amount }})
        / cast(nullif({{ cost_amount }}, 0) as double)
        as decimal(18, 4)
    )
{%- endmacro %}
