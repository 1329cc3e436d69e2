-- written by `make publish-models` from core/fct_notes.yml
{{ config(
    alias='fct_notes',
    meta={'order_by': ['note_key']}
) }}

select
    note_key,
    customer_key,
    account_key,
    staff_key,
    source_system,
    note_kind,
    title_text,
    note_text,
    written_at,
    written_date
from {{ ref('fct_notes') }}
