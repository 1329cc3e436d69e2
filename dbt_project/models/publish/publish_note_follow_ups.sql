{{ config(
    alias='note_follow_ups',
    meta={'order_by': ['note_key']}
) }}

select
    note_key,
    customer_key,
    account_key,
    staff_key,
    written_at,
    written_date,
    action_phrase_text,
    date_phrase_text,
    date_status,
    follow_up_from_date,
    follow_up_due_date
from {{ ref('note_follow_ups') }}
