with
source as (
    {{ latest_rows(
        source('feedback', 'survey_answers'),
        key=['answer_id'],
        where=up_to_as_of('answered_at')
    ) }}
),

final as (
    select
        answer_id,
        {{ to_id('customer_id') }} as shop_customer_id,
        lower(trim(question_code)) as question_code,
        lower(trim(answer_code)) as answer_code,
        answered_at
    from source
)

select * from final
