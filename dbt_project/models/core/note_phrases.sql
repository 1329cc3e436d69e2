-- The words are rules of the seed follow_up_phrases; nothing here knows a language.
with

phrases as (
    select
        priority,
        phrase_role,
        date_rule,
        festival,
        {{ phrase_pattern('pattern') }} as pattern
    from {{ ref('follow_up_phrases') }}
),

words as (
    select
        word,
        word_value
    from {{ ref('follow_up_words') }}
),

found as (
    select
        note_key,
        phrase_number,
        phrase_text
    from {{ phrases_in_notes(ref('fct_notes'), 'phrases') }}
),

-- The same words mean the same everywhere: each is looked up once.
spellings as (
    select distinct phrase_text
    from found
),

recognised as (
    select
        spellings.phrase_text,
        phrases.priority,
        phrases.phrase_role,
        phrases.date_rule,
        phrases.festival,
        {{ captured('spellings.phrase_text', 'phrases.pattern', 1) }} as first_word,
        {{ captured('spellings.phrase_text', 'phrases.pattern', 2) }} as second_word,
        {{ captured('spellings.phrase_text', 'phrases.pattern', 3) }} as third_word,
        row_number() over (partition by spellings.phrase_text order by phrases.priority) as choice
    from spellings
    inner join phrases
        on {{ matches_whole('spellings.phrase_text', 'phrases.pattern') }}
),

meanings as (
    select
        recognised.phrase_text,
        recognised.priority,
        recognised.phrase_role,
        recognised.date_rule,
        recognised.festival,
        coalesce(first_words.word_value, {{ try_cast('recognised.first_word', 'integer') }})
            as first_number,
        coalesce(second_words.word_value, {{ try_cast('recognised.second_word', 'integer') }})
            as second_number,
        coalesce(third_words.word_value, {{ try_cast('recognised.third_word', 'integer') }})
            as third_number
    from recognised
    left join words as first_words
        on recognised.first_word = first_words.word
    left join words as second_words
        on recognised.second_word = second_words.word
    left join words as third_words
        on recognised.third_word = third_words.word
    where recognised.choice = 1
),

placed as (
    select
        found.note_key,
        found.phrase_number,
        found.phrase_text,
        meanings.priority,
        meanings.phrase_role,
        meanings.date_rule,
        meanings.first_number,
        meanings.second_number,
        meanings.third_number,
        meanings.festival,
        1 + sum(case when meanings.phrase_role = 'end' then 1 else 0 end) over (
            partition by found.note_key
            order by found.phrase_number
        ) as sentence_number
    from found
    inner join meanings
        on found.phrase_text = meanings.phrase_text
),

final as (
    select
        note_key,
        cast(phrase_number as integer) as phrase_number,
        cast(sentence_number as integer) as sentence_number,
        phrase_text,
        priority as phrase_rule,
        phrase_role,
        date_rule,
        cast(first_number as integer) as first_number,
        cast(second_number as integer) as second_number,
        cast(third_number as integer) as third_number,
        case
            when date_rule in ('month_day', 'named_month') then cast(first_number as integer)
            when date_rule = 'day_month' then cast(second_number as integer)
            -- 25/12 and 12/25 are one day, 5/6 may be two.
            when date_rule = 'slash' and first_number > 12 then cast(second_number as integer)
            when date_rule = 'slash' and (second_number > 12 or first_number = second_number)
                then cast(first_number as integer)
            else {{ try_cast('substr(festival, 1, 2)', 'integer') }}
        end as named_month,
        case date_rule
            when 'month_day' then cast(second_number as integer)
            when 'day_month' then cast(first_number as integer)
            when 'slash' then cast(greatest(first_number, second_number) as integer)
            when 'named_month' then 1
            else {{ try_cast('substr(festival, 4, 2)', 'integer') }}
        end as named_day
    from placed
    where phrase_role <> 'end'
)

select * from final
