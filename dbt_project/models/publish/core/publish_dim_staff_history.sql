-- written by `make publish-models` from core/dim_staff_history.yml
{{ config(
    alias='dim_staff_history',
    meta={'order_by': ['staff_key', 'valid_from']}
) }}

select
    staff_version_key,
    staff_key,
    valid_from,
    valid_to,
    is_current,
    version_number,
    is_backdated,
    staff_role,
    department,
    is_active
from {{ ref('dim_staff_history') }}
