-- written by `make publish-models` from marts/performance/cohort_retention.yml
{{ config(
    alias='cohort_retention',
    meta={'order_by': ['cohort_month_date', 'cohort_month_number']}
) }}

select
    cohort_month_date,
    cohort_month_number,
    month_start_date,
    as_of_date,
    cohort_customer_count,
    active_customer_count,
    retention_ratio,
    cohort_order_count,
    cohort_net_amount,
    cohort_margin_amount,
    cumulative_cohort_margin_amount,
    is_complete_month
from {{ ref('cohort_retention') }}
