{# The system of a source object: `crm_zoho` of `crm_zoho.contacts`. #}
{% macro source_system(source_object) -%}
    split_part({{ source_object }}, '.', 1)
{%- endmacro %}


{# True for a mainland mobile number in E.164. Elsewhere the number does not tell. #}
{% macro is_mobile_number(expression) -%}
    {{ adapter.dispatch('is_mobile_number', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__is_mobile_number(expression) -%}
    regexp_matches({{ expression }}, '^[+]861[3-9][0-9]{9}$')
{%- endmacro %}

{% macro spark__is_mobile_number(expression) -%}
    {{ expression }} rlike '^[+]861[3-9][0-9]{9}$'
{%- endmacro %}


{# The different values of a group, one per line; null without any. #}
{% macro one_per_line(expression) -%}
    {{ adapter.dispatch('one_per_line', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__one_per_line(expression) -%}
    string_agg(distinct {{ expression }}, chr(10) order by {{ expression }})
{%- endmacro %}

{% macro spark__one_per_line(expression) -%}
    nullif(array_join(array_sort(collect_set({{ expression }})), char(10)), '')
{%- endmacro %}
