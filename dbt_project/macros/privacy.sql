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
    The rows of a CTE with its free texts beside them as `redacted_<column>`: without direct
    identifiers, as the night's step redacted_texts (assets/privacy/redaction) left them. A text
    that the step did not look at becomes [unscanned], which the gate before the reader refuses.
    The columns are those whose meta in staging says `redaction: [text]`.
#}
{% macro with_redacted_texts(rows, columns) -%}
    select
        {{ rows }}.*,
        {%- for column in columns %}
        case
            when {{ column }}_redaction.text_hash is not null
                then coalesce({{ column }}_redaction.redacted_text, {{ rows }}.{{ column }})
            when {{ rows }}.{{ column }} is not null then '[unscanned]'
        end as redacted_{{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ rows }}
    {%- for column in columns %}
    left join {{ source('redaction', 'redacted_texts') }} as {{ column }}_redaction
        on md5({{ rows }}.{{ column }}) = {{ column }}_redaction.text_hash
    {%- endfor %}
{%- endmacro %}


{#
    Text without a person's names, in every way that name_pattern knows; also their first or last
    word alone, which the step redacted_texts leaves, for it does not know whom a text is about.
    name_expression: the person's name in the same row; several names stand on a line each.
#}
{% macro redact_names(expression, name_expression) -%}
    {{ adapter.dispatch('redact_names', 'customer_360')(expression, name_expression) }}
{%- endmacro %}

{% macro duckdb__redact_names(expression, name_expression) -%}
    regexp_replace({{ expression }}, {{ name_pattern(name_expression) }}, '[name]', 'gi')
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
