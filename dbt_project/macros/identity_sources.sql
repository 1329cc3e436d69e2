{#
    The records of all sources that a var lists, in one wide shape, as the body of a CTE. What a row
    of the var can say stands in dbt_project.yml, beside the rows.

    variable: name of the var.
    is_person: whether the records are persons, with times and is_test, or only name one.
-#}
{% macro identity_input(variable, is_person=true) -%}
    {%- set columns = identity_columns(variable) -%}
    {%- for row in identity_rows(variable) %}
    {%- set values = _identity_values(row) %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        '{{ row.source }}' as source,
        cast({{ row.id }} as {{ dbt.type_string() }}) as source_record_id,
        {%- if is_person %}
        cast({{ row.first_seen or 'null' }} as {{ dbt.type_timestamp() }}) as first_seen_at,
        cast({{ row.observed or 'null' }} as {{ dbt.type_timestamp() }}) as observed_at,
        coalesce({{ row.is_test or 'false' }}, false) as is_test,
        {%- endif %}
        {%- for column, is_list in columns.items() %}
        {{ _identity_value(values.get(column), is_list) }} as {{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    {%- if row.version %}
    from (
        {{ current_versions(ref(row.model), [row.id], row.version) }}
    ) as records
    {%- else %}
    from {{ ref(row.model) }}
    {%- endif %}
    {%- endfor %}
{%- endmacro %}


{#
    The columns that the rows of a var fill, in the order of their first mention: name -> whether it
    holds lists. A second column of a type is called <type>_2.
-#}
{% macro identity_columns(variable) -%}
    {%- set columns = {} -%}
    {%- for row in identity_rows(variable) -%}
        {%- for column, value in _identity_values(row).items() -%}
            {%- set is_list = columns.get(column, false) or value.endswith('[]') -%}
            {%- do columns.update({column: is_list}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{# The rows of a var; a mistake in one is told by its source and key. -#}
{% macro identity_rows(variable) -%}
    {%- set needed = ['source', 'model', 'id', 'columns'] -%}
    {%- set known = needed + ['version', 'first_seen', 'observed', 'is_test'] -%}
    {%- for row in var(variable) -%}
        {%- set place = variable ~ ' in dbt_project.yml, ' ~ row.source ~ ': ' -%}
        {%- for key in needed if not row[key] -%}
            {{ exceptions.raise_compiler_error(place ~ 'the key ' ~ key ~ ' is missing') }}
        {%- endfor -%}
        {%- for key in row if key not in known -%}
            {{ exceptions.raise_compiler_error(
                place ~ 'the key ' ~ key ~ ' is unknown; known are ' ~ known | join(', ')
            ) }}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(var(variable)) }}
{%- endmacro %}


{# The values of one row: column of the wide shape -> SQL expression. -#}
{% macro _identity_values(row) -%}
    {%- set values = {} -%}
    {%- for type, given in row['columns'].items() -%}
        {%- for expression in ([given] if given is string else given) -%}
            {%- set column = type if loop.first else type ~ '_' ~ loop.index -%}
            {%- do values.update({column: expression}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(values) }}
{%- endmacro %}

{% macro _identity_value(expression, is_list) -%}
    {%- if not is_list -%}
    cast({{ expression or 'null' }} as {{ dbt.type_string() }})
    {%- elif not expression -%}
    {{ null_text_list() }}
    {%- elif expression.endswith('[]') -%}
    {{ expression[:-2] }}
    {%- else -%}
    {{ one_text_list(expression) }}
    {%- endif -%}
{%- endmacro %}


{# No list of texts, of the type of one. -#}
{% macro null_text_list() -%}
    {{ adapter.dispatch('null_text_list', 'customer_360')() }}
{%- endmacro %}

{% macro duckdb__null_text_list() -%}
    cast(null as varchar[])
{%- endmacro %}

{% macro spark__null_text_list() -%}
    cast(null as array<string>)
{%- endmacro %}


{# A list of one text; null for null. -#}
{% macro one_text_list(expression) -%}
    {{ adapter.dispatch('one_text_list', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__one_text_list(expression) -%}
    case when {{ expression }} is not null then [cast({{ expression }} as varchar)] end
{%- endmacro %}

{% macro spark__one_text_list(expression) -%}
    case when {{ expression }} is not null then array(cast({{ expression }} as string)) end
{%- endmacro %}


{# The different texts of a group as a sorted list. -#}
{% macro distinct_texts(expression) -%}
    {{ adapter.dispatch('distinct_texts', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__distinct_texts(expression) -%}
    list(distinct {{ expression }} order by {{ expression }})
{%- endmacro %}

{% macro spark__distinct_texts(expression) -%}
    array_sort(collect_set({{ expression }}))
{%- endmacro %}
