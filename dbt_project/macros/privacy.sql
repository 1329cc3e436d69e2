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

    expression: the text. name_expression: the person's name in the same row, if known; several
    names stand on a line each.
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
    Regular expression that finds a person's names, one per line of the expression. Forms of address
    (Mr, 先生) and the marks between the words do not matter; Han names are found with and without
    blanks, other names in both orders (Anna Smith; Smith, Anna) and by their first or last word of
    three letters or more. Longer finds go first, so that nothing of a full name is left behind.
    A missing or one-character name gives a pattern that finds nothing.
#}
{% macro name_pattern(name_expression) -%}
    coalesce(
        nullif(
            array_to_string(
                list_transform(
                    list_reverse_sort(
                        list_transform(
                            flatten(
                                list_transform(
                                    string_split({{ name_expression }}, chr(10)),
                                    lambda name: {{ _patterns_of_words(_words_of_name('name')) }}
                                )
                            ),
                            lambda pattern: {'size': length(pattern), 'pattern': pattern}
                        )
                    ),
                    lambda found: found.pattern
                ),
                '|'
            ),
            ''
        ),
        '[^\x00-\x{10FFFF}]'
    )
{%- endmacro %}

{# What may stand between two words of a name. #}
{% macro _name_gap() -%}
    [\s　,，/·]
{%- endmacro %}

{# The words of a name without forms of address. #}
{% macro _words_of_name(name) -%}
    list_filter(
        string_split_regex({{ name }}, '{{ _name_gap() }}+'),
        lambda part: not regexp_full_match(part, '(?i)(mr|mrs|ms|miss|mx|dr|prof)?[.]?')
    )
{%- endmacro %}

{% macro _patterns_of_words(words) -%}
    list_filter(
        flatten(
            list_transform(
                [{{ words }}],
                lambda words: case
                    when length(array_to_string(words, '')) < 2 then []
                    when regexp_matches(array_to_string(words, ''), '\p{Han}')
                        then {{ _han_name_patterns("array_to_string(words, '')") }}
                    else {{ _latin_name_patterns('words') }}
                end
            )
        ),
        lambda pattern: pattern <> ''
    )
{%- endmacro %}

{# The name as written and without a form of address at its end, each with or without blanks. #}
{% macro _han_name_patterns(letters) -%}
    list_transform(
        list_filter(
            [
                {{ letters }},
                regexp_replace(
                    {{ letters }}, '(先生|女士|小姐|太太|老师|师傅|经理|博士|教授|医生|总)$', ''
                )
            ],
            lambda written: length(written) >= 2
        ),
        lambda written: array_to_string(
            list_transform(string_split(written, ''), lambda letter: regexp_escape(letter)),
            '{{ _name_gap() }}*'
        )
    )
{%- endmacro %}

{# All words in their order, the last one first, the first one last; then the outer words alone. #}
{% macro _latin_name_patterns(words) -%}
    list_concat(
        list_transform(
            [
                {{ words }},
                list_concat({{ words }}[-1:-1], {{ words }}[1:-2]),
                list_concat({{ words }}[2:], {{ words }}[1:1])
            ],
            lambda ordered: array_to_string(
                list_transform(ordered, lambda word: {{ _bounded_word('word') }}),
                '{{ _name_gap() }}+'
            )
        ),
        list_transform(
            list_filter(
                [{{ words }}[1], {{ words }}[-1]],
                lambda word: len({{ words }}) > 1 and length(word) >= 3
            ),
            lambda word: {{ _bounded_word('word') }}
        )
    )
{%- endmacro %}

{# A word that does not go on. `\b` knows ASCII letters only, so an end such as é has none. #}
{% macro _bounded_word(word) -%}
    case when regexp_matches({{ word }}, '^\w') then '\b' else '' end
    || regexp_escape({{ word }})
    || case when regexp_matches({{ word }}, '\w$') then '\b' else '' end
{%- endmacro %}
