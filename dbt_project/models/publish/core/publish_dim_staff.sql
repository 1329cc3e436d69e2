-- written by `make publish-models` from core/dim_staff.yml
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
