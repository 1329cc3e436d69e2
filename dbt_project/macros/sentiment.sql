{#
    What texts say, good or bad (情感), by a list of words: the seeds sentiment_terms and
    sentiment_rules. Chinese is read character by character, English word by word, so that one text
    may hold both. The rules are told in docs/marts/satisfaction.md, how right they are too.

    sentiment_terms is the body of a CTE: one row for each term that speaks, with what it adds.

    relation: relation or CTE with the texts.
    key: its key column.
    text: the column with the text, without personal data or in the vault.
#}
{% macro sentiment_terms(relation, key, text) -%}
    with
    rules as (
        select * from {{ ref('sentiment_rules') }}
    ),

    listed_terms as (
        select
            term_kind,
            weight,
            {{ text_units('term') }} as units
        from {{ ref('sentiment_terms') }}
    ),

    terms as (
        select
            term_kind,
            weight,
            {{ joined_units('units', '1', array_length('units')) }} as term,
            {{ joined_units('units', '1', 'least(2, ' ~ array_length('units') ~ ')') }} as opening,
            {{ array_length('units') }} as unit_count
        from listed_terms
    ),

    texts as (
        select
            {{ key }},
            {{ text_units(text) }} as units
        from {{ relation }}
        where {{ text }} is not null
    ),

    places as (
        select
            {{ key }},
            {{ each_with_place('units') }}
        from texts
    ),

    -- a clause ends at every mark, so that no word speaks for the next clause
    clauses as (
        select
            {{ key }},
            unit,
            place,
            unit || ' ' || lead(unit) over (partition by {{ key }} order by place) as unit_pair,
            sum(case when {{ is_mark('unit') }} then 1 else 0 end) over (
                partition by {{ key }} order by place
            ) as clause_number
        from places
    ),

    -- a term is looked up by its first two units: many begin with the same one
    openings as (
        select
            {{ key }},
            clause_number,
            place,
            unit as opening
        from clauses
        union all
        select
            {{ key }},
            clause_number,
            place,
            unit_pair as opening
        from clauses
        where unit_pair is not null
    ),

    found as (
        select
            openings.{{ key }},
            openings.clause_number,
            openings.place,
            openings.place + terms.unit_count - 1 as last_place,
            terms.term,
            terms.term_kind,
            terms.weight,
            row_number() over (
                partition by openings.{{ key }}, openings.place order by terms.unit_count desc
            ) as length_rank
        from openings
        inner join terms on openings.opening = terms.opening
        inner join texts on openings.{{ key }} = texts.{{ key }}
        where
            terms.unit_count <= 2
            or {{ joined_units('texts.units', 'openings.place', 'terms.unit_count') }} = terms.term
    ),

    -- of terms that overlap the earlier one is read, of terms that begin together the longest
    covered as (
        select
            *,
            max(last_place) over (
                partition by {{ key }}
                order by place
                rows between unbounded preceding and 1 preceding
            ) as covered_to
        from found
        where length_rank = 1
    ),

    read_terms as (
        select * from covered
        where covered_to is null or place > covered_to
    ),

    turns as (
        select
            {{ key }},
            max(place) as turned_at
        from read_terms
        where term_kind = 'contrast'
        group by {{ key }}
    ),

    modified as (
        select
            speaking.{{ key }},
            speaking.place,
            speaking.term,
            speaking.weight,
            count(case when modifiers.term_kind = 'negation' then 1 end) as negation_count,
            max(case when modifiers.term_kind = 'degree' then modifiers.weight end) as strongest,
            min(case when modifiers.term_kind = 'degree' then modifiers.weight end) as weakest
        from read_terms as speaking
        cross join rules
        left join read_terms as modifiers
            on
                speaking.{{ key }} = modifiers.{{ key }}
                and speaking.clause_number = modifiers.clause_number
                and modifiers.term_kind in ('negation', 'degree')
                and speaking.place > modifiers.last_place
                and speaking.place - modifiers.last_place <= rules.modifier_reach
        where speaking.term_kind = 'sentiment'
        group by speaking.{{ key }}, speaking.place, speaking.term, speaking.weight
    ),

    weighed as (
        select
            modified.{{ key }},
            modified.place,
            modified.term,
            modified.weight,
            modified.negation_count % 2 = 1 as is_negated,
            case when modified.strongest > 1 then modified.strongest
                else coalesce(modified.weakest, 1)
            end as degree,
            case when modified.negation_count % 2 = 1 then rules.negation_factor else 1 end
                as negation,
            case
                when turns.turned_at is null then 1
                when modified.place < turns.turned_at then rules.before_contrast_factor
                else rules.after_contrast_factor
            end as contrast
        from modified
        cross join rules
        left join turns on modified.{{ key }} = turns.{{ key }}
    )

    select
        {{ key }},
        cast(place as integer) as term_place,
        term as sentiment_term,
        cast(weight as decimal(4, 2)) as term_weight,
        is_negated,
        cast(weight * degree * negation * contrast as decimal(9, 4)) as term_score
    from weighed
{%- endmacro %}


{#
    The sum of term scores as -1 to 1: a single clear word is about half way, many of them come near
    the end without reaching it.
#}
{% macro sentiment_score(total) -%}
    cast(round({{ total }} / sqrt({{ total }} * {{ total }} + 15), 4) as decimal(5, 4))
{%- endmacro %}


{# The language of a text by its letters: zh where Chinese characters are at least as many as
   Latin words, else en; null without either. #}
{% macro text_language(expression) -%}
    {%- set han = array_length(all_matches(expression, "'" ~ _han() ~ "'")) -%}
    {%- set latin = array_length(all_matches(expression, "'[A-Za-z]+'")) -%}
    case
        when {{ han }} > 0 and {{ han }} >= {{ latin }} then 'zh'
        when {{ latin }} > 0 then 'en'
    end
{%- endmacro %}


{# A text as a list of units: Latin words, Chinese characters, emoji and marks, lower case,
   full-width letters narrow, the traditional forms of the listed characters simplified. #}
{% macro text_units(expression) -%}
    {%- set wide = 'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ’' -%}
    {%- set narrow = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz''" -%}
    {%- set traditional = '壞爛惡煩惱氣憤髒亂貴騙誤錯損殘舊醜嚴難沒無過還這麼個來爾絕對極點覺滿歡愛讚贊'
        ~ '優質實價務態親熱貼專業準時達鮮淨潔麗緻緊鬆軟順齊壓傷雜嚇詐糾紛賠償換貨' -%}
    {%- set simplified = '坏烂恶烦恼气愤脏乱贵骗误错损残旧丑严难没无过还这么个来尔绝对极点觉满欢爱赞赞'
        ~ '优质实价务态亲热贴专业准时达鲜净洁丽致紧松软顺齐压伤杂吓诈纠纷赔偿换货' -%}
    {%- set forms = "'" ~ wide ~ traditional ~ "', '" ~ narrow ~ simplified ~ "'" -%}
    {{ all_matches(
        "lower(translate(" ~ expression ~ ", " ~ forms ~ "))",
        "'[a-z]+(?:\\x27[a-z]+)*|[:;]-?[()]|" ~ _emoji() ~ "|" ~ _marks() ~ "|" ~ _han() ~ "'"
    ) }}
{%- endmacro %}

{% macro is_mark(expression) -%}
    {{ matches(expression, '^' ~ _marks() ~ '$') }}
{%- endmacro %}

{% macro _marks() -%}
    [.!?;,。！？；，、…\n]
{%- endmacro %}

{% macro _han() -%}
    {{ return(adapter.dispatch('_han', 'customer_360')()) }}
{%- endmacro %}

{% macro duckdb___han() -%}
    {{ return('\\p{Han}') }}
{%- endmacro %}

{% macro spark___han() -%}
    {{ return('\\p{IsHan}') }}
{%- endmacro %}

{% macro _emoji() -%}
    {{ return('[\\x{1F300}-\\x{1FAFF}\\x{2600}-\\x{27BF}]') }}
{%- endmacro %}


{# All matches of a regular expression, a literal, in a text, as a list in their order. #}
{% macro all_matches(expression, pattern) -%}
    {{ return(adapter.dispatch('all_matches', 'customer_360')(expression, pattern)) }}
{%- endmacro %}

{% macro duckdb__all_matches(expression, pattern) -%}
    regexp_extract_all({{ expression }}, {{ pattern }})
{%- endmacro %}

{% macro spark__all_matches(expression, pattern) -%}
    regexp_extract_all({{ expression }}, r{{ pattern }}, 0)
{%- endmacro %}


{# The number of elements of a list. #}
{% macro array_length(list) -%}
    {{ return(adapter.dispatch('array_length', 'customer_360')(list)) }}
{%- endmacro %}

{% macro duckdb__array_length(list) -%}
    len({{ list }})
{%- endmacro %}

{% macro spark__array_length(list) -%}
    size({{ list }})
{%- endmacro %}


{# Some units of a list from a place on, as one text with blanks between them. #}
{% macro joined_units(list, place, count) -%}
    {{ return(adapter.dispatch('joined_units', 'customer_360')(list, place, count)) }}
{%- endmacro %}

{% macro duckdb__joined_units(list, place, count) -%}
    array_to_string(list_slice({{ list }}, {{ place }}, {{ place }} + {{ count }} - 1), ' ')
{%- endmacro %}

{% macro spark__joined_units(list, place, count) -%}
    array_join(slice({{ list }}, {{ place }}, {{ count }}), ' ')
{%- endmacro %}


{# One row per element of a list: the columns `unit` and `place`, from 1. #}
{% macro each_with_place(list) -%}
    {{ return(adapter.dispatch('each_with_place', 'customer_360')(list)) }}
{%- endmacro %}

{% macro duckdb__each_with_place(list) -%}
    unnest({{ list }}) as unit,
    generate_subscripts({{ list }}, 1) as place
{%- endmacro %}

{% macro spark__each_with_place(list) -%}
    inline(transform({{ list }}, (unit, i) -> named_struct('unit', unit, 'place', i + 1)))
{%- endmacro %}
