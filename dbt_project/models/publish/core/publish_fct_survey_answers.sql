-- written by `make publish-models` from core/fct_survey_answers.yml
{{ config(
    alias='fct_survey_answers',
    meta={'order_by': ['answer_id']}
) }}

select
    answer_id,
    customer_key,
    question_code,
    answer_code,
    answered_at,
    answered_date
from {{ ref('fct_survey_answers') }}
