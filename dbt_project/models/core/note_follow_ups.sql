-- A date counts when it stands in a sentence that asks for action. Today goes before no other day:
-- mostly it tells when the note was written. Two different days are none.
with

notes as (
    select * from {{ ref('fct_notes') }}
),

phrases as (
    select * from {{ ref('note_phrases') }}
),

note_dates as (
    select * from {{ ref('note_dates') }}
),

asking as (
    select
        note_key,
        sentence_number,
        phrase_text,
        row_number() over (partition by note_key order by phrase_number) as action_number
    from phrases
    where phrase_role = 'action'
),

asking_sentences as (
    select distinct
        note_key,
        sentence_number
    from asking
),

candidates as (
    select
        note_dates.note_key,
        note_dates.phrase_text,
        note_dates.phrase_from_date as from_date,
        note_dates.phrase_due_date as due_date,
        row_number() over (
            partition by note_dates.note_key
            order by
                coalesce(note_dates.phrase_due_date > note_dates.written_date, false) desc,
                case when note_dates.phrase_due_date is null then 1 else 0 end asc,
                note_dates.phrase_number asc
        ) as candidate_number,
        coalesce(note_dates.phrase_due_date > note_dates.written_date, false) as is_later_day,
        -- Words for one of two days; beside another day they leave the choice open.
        note_dates.phrase_due_date is null and note_dates.date_rule in ('weekday', 'slash')
            as is_either_day
    from note_dates
    inner join asking_sentences
        on
            note_dates.note_key = asking_sentences.note_key
            and note_dates.sentence_number = asking_sentences.sentence_number
),

note_due_dates as (
    select
        note_key,
        count(distinct case when is_later_day then due_date end)
        + max(case when is_either_day then 1 else 0 end) as later_day_count,
        count(due_date) as day_count,
        max(case when candidate_number = 1 then phrase_text end) as date_phrase_text,
        max(case when candidate_number = 1 then from_date end) as from_date,
        max(case when candidate_number = 1 then due_date end) as due_date
    from candidates
    group by note_key
),

vague_notes as (
    select distinct phrases.note_key
    from phrases
    inner join asking_sentences
        on
            phrases.note_key = asking_sentences.note_key
            and phrases.sentence_number = asking_sentences.sentence_number
    where phrases.phrase_role = 'vague'
),

final as (
    select
        notes.note_key,
        notes.customer_key,
        notes.account_key,
        notes.staff_key,
        notes.written_at,
        notes.written_date,
        asking.phrase_text as action_phrase_text,
        note_due_dates.date_phrase_text,
        case
            when note_due_dates.later_day_count > 1 and note_due_dates.day_count > 0 then 'several'
            when note_due_dates.day_count > 0 then 'dated'
            when note_due_dates.note_key is not null then 'unclear'
            when vague_notes.note_key is not null then 'vague'
            else 'none'
        end as date_status,
        case when note_due_dates.later_day_count <= 1 then note_due_dates.from_date end
            as follow_up_from_date,
        case when note_due_dates.later_day_count <= 1 then note_due_dates.due_date end
            as follow_up_due_date
    from notes
    inner join asking
        on notes.note_key = asking.note_key and asking.action_number = 1
    left join note_due_dates
        on notes.note_key = note_due_dates.note_key
    left join vague_notes
        on notes.note_key = vague_notes.note_key
)

select * from final
