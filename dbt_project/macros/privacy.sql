{#
    HMAC-SHA256 (hex) of a value under the instance's secret key: the only pseudonym in the house.
    A plain hash of a mobile number can be reversed by trying them all; this cannot without the key.
    The pads are derived from the key at landing and never leave the vault.
#}
{% macro keyed_hash(expression) -%}
    {{ adapter.dispatch('keyed_hash', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__keyed_hash(expression) -%}
    sha256(
        (select opad from vault.accounting.pseudonym_pads)
        || unhex(
            sha256(
                (select ipad from vault.accounting.pseudonym_pads)
                || encode(cast({{ expression }} as varchar))
            )
        )
    )
{%- endmacro %}


{#
    Free text without direct identifiers: e-mail addresses, phone numbers, Chinese ID card numbers,
    other long numbers, and the person's own name become [email] [phone] [id] [number] [name].

    expression: the text. name_expression: the person's name in the same row, if known.
    Full-width digits count as digits. Rules go from the most to the least specific, and each one
    is free to take too much: a lost order number costs less than a leaked phone.
#}
{% macro redact_text(expression, name_expression=none) -%}
    {{ adapter.dispatch('redact_text', 'customer_360')(expression, name_expression) }}
{%- endmacro %}

{# (pattern, replacement) in the order they are applied. #}
{% macro redaction_rules() -%}
    {{ return([
        ('[A-Za-z0-9._%+-]+ ?@ ?[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+', '[email]'),
        ('[0-9]{19,}', '[number]'),
        ('[1-9][0-9]{5}(18|19|20)[0-9]{2}[01][0-9][0-3][0-9]{4}[0-9Xx]', '[id]'),
        ('[0-9]{14,}', '[number]'),
        ('[0-9]{4}([ -][0-9]{4}){2,4}([ -]?[0-9]{1,3})?', '[number]'),
        ('(([+]|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}[0-9]*', '[phone]'),
        ('[+][0-9]{1,3}([ .-]?[(]?[0-9]{1,4}[)]?){2,5}', '[phone]'),
        ('[(]?0[0-9]{2,3}[)]?[ -]?[0-9]{3,4}[ -]?[0-9]{4}', '[phone]'),
        ('[48]00[ -]?[0-9]{3}[ -]?[0-9]{4}', '[phone]'),
        ('([+]?1[ .-]?)?[(]?[0-9]{3}[)]?[ .-]?[0-9]{3}[ .-]?[0-9]{4}', '[phone]'),
        ('([0-9][ .-]){8,}[0-9]', '[number]'),
        ('[0-9]{7,}', '[number]'),
    ]) }}
{%- endmacro %}

{% macro duckdb__redact_text(expression, name_expression) -%}
    {%- set half_width = "translate(" ~ expression ~ ", '０１２３４５６７８９＠＋－', '0123456789@+-')" -%}
    {%- set masked = namespace(sql=half_width) -%}
    {%- for pattern, label in redaction_rules() -%}
        {%- set arguments = "'" ~ pattern ~ "', '" ~ label ~ "', 'g'" -%}
        {%- set masked.sql = "regexp_replace(" ~ masked.sql ~ ", " ~ arguments ~ ")" -%}
    {%- endfor -%}
    {%- if name_expression is none -%}
        {{ masked.sql }}
    {%- else -%}
        regexp_replace({{ masked.sql }}, {{ name_pattern(name_expression) }}, '[name]', 'gi')
    {%- endif -%}
{%- endmacro %}


{#
    Regular expression that finds a person's name: the name as written, and, where it has several
    words (Western names), its first and its last word of three letters or more on their own.
    A missing or one-character name gives a pattern that finds nothing.
#}
{% macro name_pattern(name_expression) -%}
    case
        when length(trim({{ name_expression }})) >= 2
            then
                regexp_escape(trim({{ name_expression }}))
                {%- for word in ['^\s*(\S{3,})\s', '\s(\S{3,})\s*$'] %}
                || coalesce(
                    '|\b'
                    || regexp_escape(
                        nullif(regexp_extract({{ name_expression }}, '{{ word }}', 1), '')
                    )
                    || '\b',
                    ''
                )
                {%- endfor %}
        else '[^\x00-\x{10FFFF}]'
    end
{%- endmacro %}
