-- written by `make publish-models` from marts/affinity/recommendation_backtests.yml
{{ config(
    alias='recommendation_backtests',
    meta={'order_by': ['recommendation_kind', 'recommendation_method']}
) }}

select
    recommendation_kind,
    recommendation_method,
    as_of_date,
    recommendation_kind_zh,
    recommendation_method_zh,
    is_shipped,
    cut_date,
    horizon_days,
    recommendation_count,
    asked_customer_count,
    relevant_customer_count,
    offered_count,
    hit_count,
    precision_ratio,
    offered_precision_ratio,
    recall_ratio,
    hit_ratio
from {{ ref('recommendation_backtests') }}
