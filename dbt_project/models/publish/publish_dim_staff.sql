{{ config(
    alias='dim_staff',
    meta={'order_by': ['staff_key']}
) }}

select
    staff_key,
    is_unknown,
    source_system,
    staff_role,
    department,
    is_active
from {{ ref('dim_staff') }}
