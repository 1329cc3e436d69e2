-- written by `make publish-models` from marts/value/lifecycle_history.yml
{{ config(
    alias='lifecycle_history',
    meta={'order_by': ['customer_key', 'stage_period_number']}
) }}

select
    customer_key,
    as_of_date,
    stage_period_number,
    lifecycle_stage,
    lifecycle_stage_zh,
    entered_on,
    left_on,
    days_in_stage,
    previous_stage,
    previous_stage_zh,
    is_won_back,
    is_current
from {{ ref('lifecycle_history') }}
