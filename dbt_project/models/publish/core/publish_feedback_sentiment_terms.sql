-- written by `make publish-models` from core/feedback_sentiment_terms.yml
{{ config(
    alias='feedback_sentiment_terms',
    meta={'order_by': ['response_id', 'term_place']}
) }}

select
    response_id,
    term_place,
    sentiment_term,
    term_weight,
    is_negated,
    term_score
from {{ ref('feedback_sentiment_terms') }}
