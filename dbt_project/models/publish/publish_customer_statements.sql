{{ config(
    alias='customer_statements',
    meta={'order_by': ['customer_key', 'meaning_kind', 'meaning']}
) }}

select
    customer_key,
    as_of_date,
    meaning_kind,
    meaning,
    last_stated_date,
    statement_rank
from {{ ref('customer_statements') }}
