-- written by `make publish-models` from marts/sales/follow_ups.yml
{{ config(
    alias='follow_ups',
    meta={'order_by': ['follow_up_key']}
) }}

select
    follow_up_key,
    as_of_date,
    follow_up_source,
    note_key,
    activity_key,
    customer_key,
    account_key,
    staff_key,
    asked_date,
    action_phrase_text,
    date_phrase_text,
    date_status,
    follow_up_from_date,
    follow_up_due_date,
    is_follow_up_done,
    follow_up_done_date,
    is_follow_up_in_time,
    follow_up_status,
    days_overdue
from {{ ref('follow_ups') }}
