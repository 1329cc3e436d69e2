{# Pseudonymous key of a staff member: the system and its user id under the instance's key. #}
{% macro staff_key(source_system, user_id) -%}
    'S' || substr({{ keyed_hash(source_system ~ " || ':' || " ~ user_id) }}, 1, 16)
{%- endmacro %}


{# Key of a place as one source writes it; not normalised, that is what it is looked up for. #}
{% macro place_key(country, region, city) -%}
    {{ surrogate_key([country, region, city]) }}
{%- endmacro %}


{#
    Text without @handles: they name other people on a social platform. A handle ends at the first
    blank or mark; the `@` inside an e-mail address follows a letter or digit and is left to
    redact_text.
#}
{% macro redact_handles(expression) -%}
    {{ return(adapter.dispatch('redact_handles', 'customer_360')(expression)) }}
{%- endmacro %}

{% macro duckdb__redact_handles(expression) -%}
    regexp_replace(
        {{ expression }},
        '(^|[^A-Za-z0-9._%+-])[@＠][^ @＠,.:;!?，。：；！？、]+', '\1[name]', 'g'
    )
{%- endmacro %}


{# The moment some minutes after another. #}
{% macro minutes_after(timestamp_utc, minutes) -%}
    {{ return(adapter.dispatch('minutes_after', 'customer_360')(timestamp_utc, minutes)) }}
{%- endmacro %}

{% macro duckdb__minutes_after(timestamp_utc, minutes) -%}
    {{ timestamp_utc }} + to_minutes({{ minutes }})
{%- endmacro %}

{% macro spark__minutes_after(timestamp_utc, minutes) -%}
    timestampadd(minute, {{ minutes }}, {{ timestamp_utc }})
{%- endmacro %}


{# The first day of a date's month. #}
{% macro month_start(date_column) -%}
    {{ return(adapter.dispatch('month_start', 'customer_360')(date_column)) }}
{%- endmacro %}

{% macro default__month_start(date_column) -%}
    cast(date_trunc('month', {{ date_column }}) as date)
{%- endmacro %}
