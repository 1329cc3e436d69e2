{{ config(
    alias='note_phrases',
    meta={'order_by': ['note_key', 'phrase_number']}
) }}

select
    note_key,
    phrase_number,
    sentence_number,
    phrase_text,
    phrase_rule,
    phrase_role,
    date_rule,
    first_number,
    second_number,
    third_number,
    named_month,
    named_day
from {{ ref('note_phrases') }}
