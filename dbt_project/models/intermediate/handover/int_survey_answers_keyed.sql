with

survey_answers as (
    select * from {{ ref('stg_feedback__survey_answers') }}
),

shop_customers as (
    select
        shop_customer_id,
        customer_key
    from {{ ref('int_shop_customer_keys') }}
),

final as (
    select
        survey_answers.answer_id,
        coalesce(shop_customers.customer_key, 'unknown') as customer_key,
        survey_answers.question_code,
        survey_answers.answer_code,
        survey_answers.answered_at,
        {{ to_business_date('survey_answers.answered_at') }} as answered_date
    from survey_answers
    left join shop_customers
        on survey_answers.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
