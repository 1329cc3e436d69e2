{#
    How a wide table of the vault is written. To analyse and compress a million ids and names, which
    hardly repeat, takes longer than to write them; the file is three times as large, and is replaced
    the next night. For `pre_hook` and `post_hook` of a model.
#}
{% macro write_plainly() -%}
    {{ return(adapter.dispatch('write_plainly', 'customer_360')()) }}
{%- endmacro %}

{% macro duckdb__write_plainly() -%}
    {{ return("set force_compression = 'uncompressed'") }}
{%- endmacro %}

{% macro spark__write_plainly() -%}
    {{ return('') }}
{%- endmacro %}


{# Back to what the engine thinks best. #}
{% macro write_as_usual() -%}
    {{ return(adapter.dispatch('write_as_usual', 'customer_360')()) }}
{%- endmacro %}

{% macro duckdb__write_as_usual() -%}
    {{ return('reset force_compression') }}
{%- endmacro %}

{% macro spark__write_as_usual() -%}
    {{ return('') }}
{%- endmacro %}
