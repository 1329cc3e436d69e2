{{ config(
    alias='bridge_customer_birthdays',
    meta={'order_by': ['customer_key', 'occasion', 'occasion_date']}
) }}

select
    customer_key,
    occasion,
    occasion_date
from {{ ref('bridge_customer_birthdays') }}
