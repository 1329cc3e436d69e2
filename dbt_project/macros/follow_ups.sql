{#
    A pattern of the seed follow_up_phrases with its {terms} written out. A term in round brackets
    is captured: the number, weekday, month or day of which the rule makes a date.
#}
{% macro phrase_pattern(expression) -%}
    {%- set weekdays = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues|tue|wed'
        '|thurs|thur|thu|fri' -%}
    {%- set months = 'january|february|march|april|may|june|july|august|september|october|november'
        '|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec' -%}
    {%- set terms = {
        '{number}': '([0-9]{1,3}|[一二两俩三四五六七八九十]{1,3})',
        '{count}': '([0-9]{1,3}|an?|one|two|a couple of|three|four|five|six|seven|eight|nine|ten|twelve|fourteen)',
        '{day}': '([0-3]?[0-9])',
        '{weekday_zh}': '([一二三四五六日天])',
        '{weekday}': '(' ~ weekdays ~ ')',
        '{month}': '(' ~ months ~ ')',
        '{by}': '(?:(?:by|before|until|till|on|no later than) (?:the )?)?',
        '{zh_by}': '(?:之前|以前|前|内)?',
    } -%}
    {%- set written = namespace(sql=expression) -%}
    {%- for term, pattern in terms.items() -%}
        {%- set written.sql = "replace(" ~ written.sql ~ ", '" ~ term ~ "', '" ~ pattern ~ "')" -%}
    {%- endfor -%}
    {{ written.sql }}
{%- endmacro %}


{#
    Every phrase of every text, to be selected from: note_key, phrase_number (its place in the
    text) and phrase_text (in lower case). Of phrases that begin at the same letter the first by
    priority counts, and no letter is in two phrases.

    notes: relation with note_key and note_text.
    phrases: relation with priority and pattern.
#}
{% macro phrases_in_notes(notes, phrases) -%}
    {{ return(adapter.dispatch('phrases_in_notes', 'customer_360')(notes, phrases)) }}
{%- endmacro %}

{#-
    DuckDB compiles a pattern that is no literal again for every row, which takes longer than to
    search a thousand texts. So texts are searched a thousand at a time, each behind its number.
-#}
{% macro duckdb__phrases_in_notes(notes, phrases) -%}
    (
    with
    numbered as (
        select
            note_key,
            row_number() over (order by note_key) as note_number,
            translate(lower(note_text), chr(30) || chr(31), '') as searched_text
        from {{ notes }}
        where note_text is not null
    ),

    searched as (
        select
            note_number // 1000 as batch,
            regexp_extract_all(
                string_agg(
                    chr(30) || note_number || chr(31) || searched_text || chr(10),
                    '' order by note_number
                ),
                (
                    select '\x1e[0-9]+\x1f|' || string_agg('(?:' || pattern || ')', '|' order by priority)
                    from {{ phrases }}
                )
            ) as found
        from numbered
        group by batch
    ),

    placed as (
        select
            batch,
            unnest(found) as phrase_text,
            generate_subscripts(found, 1) as place
        from searched
    ),

    assigned as (
        select
            *,
            max(
                case
                    when starts_with(phrase_text, chr(30))
                        then cast(phrase_text[2:-2] as bigint)
                end
            ) over (partition by batch order by place) as note_number
        from placed
    )

    select
        numbered.note_key,
        row_number() over (partition by numbered.note_key order by assigned.place)
            as phrase_number,
        assigned.phrase_text
    from assigned
    inner join numbered
        on assigned.note_number = numbered.note_number
    where not starts_with(assigned.phrase_text, chr(30))
    )
{%- endmacro %}

{% macro spark__phrases_in_notes(notes, phrases) -%}
    (
    select
        searched.note_key,
        placed.place + 1 as phrase_number,
        placed.phrase_text
    from (
        select
            notes.note_key,
            regexp_extract_all(lower(notes.note_text) || '\n', scanner.pattern, 0) as found
        from {{ notes }} as notes
        cross join (
            select array_join(
                transform(
                    array_sort(collect_list(struct(priority, pattern))), one -> '(?:' || one.pattern || ')'
                ),
                '|'
            ) as pattern
            from {{ phrases }}
        ) as scanner
        where notes.note_text is not null
    ) as searched
    lateral view posexplode(searched.found) placed as place, phrase_text
    )
{%- endmacro %}


{# Whether a text as a whole matches the pattern of a column. #}
{% macro matches_whole(expression, pattern) -%}
    {{ return(adapter.dispatch('matches_whole', 'customer_360')(expression, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches_whole(expression, pattern) -%}
    regexp_full_match({{ expression }}, {{ pattern }})
{%- endmacro %}

{% macro spark__matches_whole(expression, pattern) -%}
    {{ expression }} rlike concat('^(?:', {{ pattern }}, ')$')
{%- endmacro %}


{# What a group of the pattern of a column captures; null without the group. #}
{% macro captured(expression, pattern, group) -%}
    {{ return(adapter.dispatch('captured', 'customer_360')(expression, pattern, group)) }}
{%- endmacro %}

{% macro duckdb__captured(expression, pattern, group) -%}
    nullif(
        regexp_extract({{ expression }}, {{ pattern }} || '{{ '()' * group }}', {{ group }}), ''
    )
{%- endmacro %}

{% macro spark__captured(expression, pattern, group) -%}
    nullif(regexp_extract({{ expression }}, concat({{ pattern }}, '{{ '()' * group }}'), {{ group }}), '')
{%- endmacro %}
