{# Layers own whole schemas: a model's schema is exactly the one that dbt_project.yml names. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{# Spark has no database above the schema, so the layer's database is dropped there. #}
{% macro generate_database_name(custom_database_name=none, node=none) -%}
    {%- if target.type == 'spark' -%}
        {{ target.database or '' }}
    {%- else -%}
        {{ (custom_database_name or target.database) | trim }}
    {%- endif -%}
{%- endmacro %}
