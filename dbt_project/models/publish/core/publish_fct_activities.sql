-- written by `make publish-models` from core/fct_activities.yml
{{ config(
    alias='fct_activities',
    meta={'order_by': ['activity_key']}
) }}

select
    activity_key,
    customer_key,
    account_key,
    staff_key,
    opportunity_key,
    source_system,
    activity_type,
    is_contact,
    is_response,
    activity_text,
    occurred_at,
    occurred_date,
    duration_seconds,
    is_task_done,
    task_due_date,
    task_done_at
from {{ ref('fct_activities') }}
