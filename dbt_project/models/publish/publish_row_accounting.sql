{{ config(
    alias='row_accounting',
    meta={'order_by': ['source_name', 'object_name']}
) }}

select
    source_name,
    object_name,
    rows_read,
    rows_loaded,
    rows_quarantined,
    rows_expired,
    rows_after_as_of,
    rows_merged,
    rows_staged,
    money_columns,
    money_read_amount,
    money_loaded_amount,
    money_quarantined_amount,
    money_expired_amount,
    is_balanced
from {{ ref('int_row_accounting') }}
