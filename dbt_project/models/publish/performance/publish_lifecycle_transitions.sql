-- written by `make publish-models` from marts/performance/lifecycle_transitions.yml
{{ config(
    alias='lifecycle_transitions',
    meta={'order_by': ['month_start_date', 'from_stage', 'to_stage']}
) }}

select
    month_start_date,
    from_stage,
    to_stage,
    as_of_date,
    from_stage_zh,
    to_stage_zh,
    transition_customer_count,
    transition_ratio,
    is_complete_month
from {{ ref('lifecycle_transitions') }}
