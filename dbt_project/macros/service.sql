{# Whether a priority of service_ticket_clocks was in force at a moment; the first has no start. #}
{% macro in_force_at(moment, ranges) -%}
    {{ moment }} >= coalesce({{ ranges }}.valid_from_at, {{ moment }})
    and ({{ moment }} < {{ ranges }}.valid_until_at or {{ ranges }}.valid_until_at is null)
{%- endmacro %}
