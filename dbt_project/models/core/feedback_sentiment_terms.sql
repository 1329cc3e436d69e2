with

responses as (
    select
        response_id,
        comment_text
    from {{ ref('int_feedback_keyed') }}
),

final as (
    {{ sentiment_terms('responses', 'response_id', 'comment_text') }}
)

select * from final
