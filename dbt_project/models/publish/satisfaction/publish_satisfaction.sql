-- written by `make publish-models` from marts/satisfaction/satisfaction.yml
{{ config(
    alias='satisfaction',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    feedback_count,
    nps_response_count,
    last_nps_score,
    last_nps_group,
    last_nps_date,
    csat_response_count,
    last_csat_score,
    last_csat_date,
    review_count,
    average_review_score,
    complaint_count,
    open_complaint_count,
    last_complaint_date,
    suggestion_count,
    average_sentiment,
    last_negative_date,
    last_feedback_date
from {{ ref('satisfaction') }}
