with
source as (
    {{ latest_rows(
        source('feedback', 'responses'),
        key=['response_id'],
        where=up_to_as_of('responded_at')
    ) }}
),

final as (
    select
        response_id,
        {{ to_id('customer_id') }} as shop_customer_id,
        channel as channel_id,
        {{ to_id('product_id') }} as product_id,
        {{ clean_text('staff_id') }} as staff_id,
        kind as feedback_kind,
        score,
        {{ clean_text('comment') }} as comment_text,
        {{ clean_text('respondent_email') }} as respondent_email,
        {{ clean_text('respondent_mobile') }} as respondent_mobile,
        responded_at
    from source
)

select * from final
