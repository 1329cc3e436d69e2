with

survey_answers as (
    select * from {{ ref('int_survey_answers_keyed') }}
),

final as (
    select
        answer_id,
        customer_key,
        question_code,
        answer_code,
        answered_at,
        answered_date
    from survey_answers
)

select * from final
