{{ config(
    alias='note_dates',
    meta={'order_by': ['note_key', 'phrase_number']}
) }}

select
    note_key,
    phrase_number,
    sentence_number,
    phrase_text,
    phrase_rule,
    date_rule,
    written_date,
    phrase_from_date,
    phrase_due_date
from {{ ref('note_dates') }}
