{# Whole seconds since 1970 of a UTC timestamp; 0 without one. #}
{% macro epoch_seconds(timestamp_utc) -%}
    {{ adapter.dispatch('epoch_seconds', 'customer_360')(timestamp_utc) }}
{%- endmacro %}

{% macro duckdb__epoch_seconds(timestamp_utc) -%}
    coalesce(greatest(epoch_ms({{ timestamp_utc }}) // 1000, 0), 0)
{%- endmacro %}

{% macro spark__epoch_seconds(timestamp_utc) -%}
    coalesce(greatest(unix_timestamp({{ timestamp_utc }}), 0), 0)
{%- endmacro %}


{#
    Aggregate: one value of the group, that of the row where `rank` is smallest and known. No two
    rows of the group may have the same rank.
#}
{% macro first_by(value, rank) -%}
    min_by({{ value }}, {{ rank }}) filter (where {{ rank }} is not null)
{%- endmacro %}

{# Several columns of a row as one value with fields of the same names. #}
{% macro pack(columns) -%}
    {{ adapter.dispatch('pack', 'customer_360')(columns) }}
{%- endmacro %}

{% macro duckdb__pack(columns) -%}
    struct_pack(
        {%- for column in columns -%}
            {{ column }} := {{ column }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{% macro spark__pack(columns) -%}
    struct({{ columns | join(', ') }})
{%- endmacro %}


{# Equal, or both empty. #}
{% macro is_same(one, other) -%}
    {{ adapter.dispatch('is_same', 'customer_360')(one, other) }}
{%- endmacro %}

{% macro duckdb__is_same(one, other) -%}
    {{ one }} is not distinct from {{ other }}
{%- endmacro %}

{% macro spark__is_same(one, other) -%}
    {{ one }} <=> {{ other }}
{%- endmacro %}
