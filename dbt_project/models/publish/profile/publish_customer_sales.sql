-- written by `make publish-models` from marts/profile/customer_sales.yml
{{ config(
    alias='customer_sales',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    customer_note_count,
    last_note_date,
    last_note_text,
    sales_contact_count,
    last_sales_contact_date,
    open_follow_up_count,
    overdue_follow_up_count,
    next_follow_up_due_date,
    open_opportunity_count,
    open_opportunity_amount,
    won_opportunity_count,
    won_opportunity_amount
from {{ ref('customer_sales') }}
