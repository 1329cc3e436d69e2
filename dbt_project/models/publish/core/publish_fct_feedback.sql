-- written by `make publish-models` from core/fct_feedback.yml
{{ config(
    alias='fct_feedback',
    meta={'order_by': ['response_id']}
) }}

select
    response_id,
    customer_key,
    feedback_kind,
    score,
    nps_group,
    comment_text,
    comment_language,
    sentiment_score,
    sentiment,
    is_negative,
    product_id,
    source_product_id,
    channel_id,
    staff_key,
    responded_at,
    responded_date
from {{ ref('fct_feedback') }}
