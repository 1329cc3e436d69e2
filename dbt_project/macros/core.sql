{# Pseudonymous key of a staff member: the system and its user id under the instance's key. #}
{% macro staff_key(source_system, user_id) -%}
    'S' || substr({{ keyed_hash(source_system ~ " || ':' || " ~ user_id) }}, 1, 16)
{%- endmacro %}


{#
    Key of the shop account that a row names, with `shop_customers` (int_shop_customer_keys) joined:
    null when it names none, `unknown` when it names a number that no account has.
#}
{% macro shop_customer_key(shop_customer_id) -%}
    case
        when {{ shop_customer_id }} is not null
            then coalesce(shop_customers.shop_customer_key, 'unknown')
    end
{%- endmacro %}


{# Key of a place as one source writes it; not normalised, that is what it is looked up for. #}
{% macro place_key(country, region, city) -%}
    {{ surrogate_key([country, region, city]) }}
{%- endmacro %}


{#
    Text without @handles: they name other people on a social platform. A handle ends at the first
    blank or mark; the `@` inside an e-mail address follows a letter or digit and stays.
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


{#
    Text without the names by which people introduce themselves or others (我是…, 我叫…, my name is …,
    I am …, attention …). It needs nobody to be known: a ticket whose customer could not be
    resolved has no name to look for. Takes too much rather than too little (我是老顾客 loses its end).
#}
{% macro redact_introductions(expression) -%}
    {{ return(adapter.dispatch('redact_introductions', 'customer_360')(expression)) }}
{%- endmacro %}

{% macro duckdb__redact_introductions(expression) -%}
    {%- set latin_name = "[A-Z][A-Za-z.''’-]*([ ·][A-Z][A-Za-z.''’-]*){0,3}" -%}
    {%- set han_lead = '(我是|我叫|本人是|本人叫|我的名字[是叫]|姓名[是为:：]?|联系人[是为:：]?)' -%}
    {%- set latin_lead = "(?i:\\b(my name is|i am|i[''’]m|this is|attention|attn[.:]?|spoke with)) +" -%}
    regexp_replace(
        regexp_replace(
            {{ expression }}, '{{ han_lead }} *(\p{Han}{2,4}|{{ latin_name }})', '\1[name]', 'g'
        ),
        '({{ latin_lead }})({{ latin_name }})', '\1[name]', 'g'
    )
{%- endmacro %}


{# The path of a web address: what comes before its parameters and its anchor. #}
{% macro path_only(expression) -%}
    {{ return(adapter.dispatch('path_only', 'customer_360')(expression)) }}
{%- endmacro %}

{% macro default__path_only(expression) -%}
    split_part(split_part({{ expression }}, '?', 1), '#', 1)
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
