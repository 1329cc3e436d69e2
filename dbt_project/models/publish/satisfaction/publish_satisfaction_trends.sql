-- written by `make publish-models` from marts/satisfaction/satisfaction_trends.yml
{{ config(
    alias='satisfaction_trends',
    meta={'order_by': ['month_start_date', 'channel_id', 'staff_key']}
) }}

select
    month_start_date,
    channel_id,
    staff_key,
    as_of_date,
    trend_level,
    response_count,
    nps_response_count,
    promoter_count,
    passive_count,
    detractor_count,
    nps,
    csat_response_count,
    csat_satisfied_count,
    csat_ratio,
    review_count,
    average_review_score,
    complaint_count,
    suggestion_count,
    negative_count,
    negative_ratio,
    comment_count,
    average_sentiment
from {{ ref('satisfaction_trends') }}
