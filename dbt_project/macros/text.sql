{# Text without surrounding blanks (also tab, no-break and full-width ones); empty becomes null. #}
{% macro clean_text(expression) -%}
    {{ adapter.dispatch('clean_text', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__clean_text(expression) -%}
    nullif(
        trim({{ expression }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288)), ''
    )
{%- endmacro %}

{% macro spark__clean_text(expression) -%}
    nullif(
        trim(
            both concat(' ', char(9), char(10), char(13), '\u00a0', '\u3000') from {{ expression }}
        ),
        ''
    )
{%- endmacro %}


{# A gender as delivered; the many ways to say that it is not known become null. #}
{% macro known_gender(expression) -%}
    case
        when lower({{ clean_text(expression) }}) not in ('unknown', '0', 'n', '未知')
            then {{ clean_text(expression) }}
    end
{%- endmacro %}


{# A number as id text. #}
{% macro to_id(expression) -%}
    cast({{ expression }} as {{ dbt.type_string() }})
{%- endmacro %}


{# The first element of a JSON array, as text; null when the array is empty or absent. #}
{% macro json_first(expression) -%}
    {{ adapter.dispatch('json_first', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__json_first(expression) -%}
    json_extract_string({{ expression }}, '$[0]')
{%- endmacro %}

{% macro spark__json_first(expression) -%}
    get_json_object({{ expression }}, '$[0]')
{%- endmacro %}


{# Whether a text matches a regular expression anywhere. #}
{% macro matches(expression, pattern) -%}
    {{ adapter.dispatch('matches', 'customer_360')(expression, pattern) }}
{%- endmacro %}

{% macro duckdb__matches(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(expression, pattern) -%}
    {{ expression }} rlike r'{{ pattern }}'
{%- endmacro %}


{#
    A sentence of a seed with figures in the places that it names in curly brackets; nothing in
    place of a figure that is empty.

    values: SQL expression by name.
#}
{% macro fill_in(sentence, values) -%}
    {%- set filled = namespace(sql=sentence) -%}
    {%- for name, value in values.items() -%}
        {%- set text = "coalesce(cast(" ~ value ~ " as " ~ dbt.type_string() ~ "), '')" -%}
        {%- set filled.sql = "replace(" ~ filled.sql ~ ", '{" ~ name ~ "}', " ~ text ~ ")" -%}
    {%- endfor -%}
    {{ filled.sql }}
{%- endmacro %}
