{# The run's date as a date literal; nothing else in the project knows what day it is. #}
{% macro as_of_date() -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}


{# The business date (in `timezone`) of a UTC timestamp. #}
{% macro to_business_date(timestamp_utc) -%}
    {{ adapter.dispatch('to_business_date', 'customer_360')(timestamp_utc) }}
{%- endmacro %}

{% macro duckdb__to_business_date(timestamp_utc) -%}
    cast(timezone('{{ var("timezone") }}', timezone('UTC', {{ timestamp_utc }})) as date)
{%- endmacro %}

{% macro spark__to_business_date(timestamp_utc) -%}
    to_date(from_utc_timestamp({{ timestamp_utc }}, '{{ var("timezone") }}'))
{%- endmacro %}


{# The date of a UTC timestamp in a given time zone; for systems that send a date as a moment. #}
{% macro to_date_in(timestamp_utc, timezone) -%}
    {{ adapter.dispatch('to_date_in', 'customer_360')(timestamp_utc, timezone) }}
{%- endmacro %}

{% macro duckdb__to_date_in(timestamp_utc, timezone) -%}
    cast(timezone('{{ timezone }}', timezone('UTC', {{ timestamp_utc }})) as date)
{%- endmacro %}

{% macro spark__to_date_in(timestamp_utc, timezone) -%}
    to_date(from_utc_timestamp({{ timestamp_utc }}, '{{ timezone }}'))
{%- endmacro %}


{# The UTC timestamp at which a business date begins in `timezone`. #}
{% macro start_of_business_date(date_column) -%}
    {{ adapter.dispatch('start_of_business_date', 'customer_360')(date_column) }}
{%- endmacro %}

{% macro duckdb__start_of_business_date(date_column) -%}
    timezone('UTC', timezone('{{ var("timezone") }}', cast({{ date_column }} as timestamp)))
{%- endmacro %}

{% macro spark__start_of_business_date(date_column) -%}
    to_utc_timestamp(cast({{ date_column }} as timestamp), '{{ var("timezone") }}')
{%- endmacro %}


{# True when a UTC timestamp falls on a business date up to and including as_of. #}
{% macro up_to_as_of(timestamp_utc) -%}
    {{ to_business_date(timestamp_utc) }} <= {{ as_of_date() }}
{%- endmacro %}


{# True when a business date is up to and including as_of. #}
{% macro up_to_as_of_date(date_column) -%}
    {{ date_column }} <= {{ as_of_date() }}
{%- endmacro %}


{#
    Whole months from one date to a later one: the greatest n for which `start + n months` is not
    after `finish`. 31 January to 28 February is one month, to 27 February none.
#}
{% macro full_months_between(start_date, end_date) -%}
    {{ adapter.dispatch('full_months_between', 'customer_360')(start_date, end_date) }}
{%- endmacro %}

{% macro default__full_months_between(start_date, end_date) -%}
    (
        12 * (extract(year from {{ end_date }}) - extract(year from {{ start_date }}))
        + extract(month from {{ end_date }}) - extract(month from {{ start_date }})
        - case
            when
                extract(day from {{ end_date }}) < least(
                    extract(day from {{ start_date }}),
                    extract(day from last_day({{ end_date }}))
                )
                then 1
            else 0
        end
    )
{%- endmacro %}


{# Whole days from one date to another; negative when the second is earlier. #}
{% macro days_between(start_date, end_date) -%}
    {{ adapter.dispatch('days_between', 'customer_360')(start_date, end_date) }}
{%- endmacro %}

{% macro duckdb__days_between(start_date, end_date) -%}
    date_diff('day', {{ start_date }}, {{ end_date }})
{%- endmacro %}

{% macro spark__days_between(start_date, end_date) -%}
    datediff({{ end_date }}, {{ start_date }})
{%- endmacro %}


{# Whole minutes (cut off, not rounded) from one timestamp to another. #}
{% macro minutes_between(start_at, end_at) -%}
    {{ adapter.dispatch('minutes_between', 'customer_360')(start_at, end_at) }}
{%- endmacro %}

{% macro duckdb__minutes_between(start_at, end_at) -%}
    date_sub('minute', {{ start_at }}, {{ end_at }})
{%- endmacro %}

{% macro spark__minutes_between(start_at, end_at) -%}
    timestampdiff(minute, {{ start_at }}, {{ end_at }})
{%- endmacro %}


{# Age in whole years on as_of; null for an unknown birthday or one after as_of. #}
{% macro age_on(birth_date) -%}
    case
        when {{ birth_date }} <= {{ as_of_date() }}
            then cast(floor({{ full_months_between(birth_date, as_of_date()) }} / 12) as integer)
    end
{%- endmacro %}
