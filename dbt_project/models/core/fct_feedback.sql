with

responses as (
    select * from {{ ref('int_feedback_keyed') }}
),

nps_groups as (
    select * from {{ ref('nps_groups') }}
),

terms as (
    select * from {{ ref('feedback_sentiment_terms') }}
),

rules as (
    select * from {{ ref('sentiment_rules') }}
),

satisfaction_rules as (
    select * from {{ ref('satisfaction_rules') }}
),

-- exact decimals up to here, so that the order of the terms cannot matter
totals as (
    select
        response_id,
        sum(term_score) as total_score
    from terms
    group by response_id
),

scored as (
    select
        responses.response_id,
        {{ sentiment_score('coalesce(totals.total_score, 0)') }} as sentiment_score,
        {{ text_language('responses.comment_text') }} as comment_language
    from responses
    left join totals
        on responses.response_id = totals.response_id
    where responses.comment_text is not null
),

products as (
    select product_id
    from {{ ref('dim_products') }}
    where not is_unknown
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

final as (
    select
        responses.response_id,
        responses.customer_key,
        responses.feedback_kind,
        cast(responses.score as integer) as score,
        nps_groups.nps_group,
        responses.comment_text,
        scored.comment_language,
        scored.sentiment_score,
        case
            when scored.sentiment_score >= rules.positive_from then 'positive'
            when scored.sentiment_score <= rules.negative_to then 'negative'
            when scored.sentiment_score is not null then 'neutral'
        end as sentiment,
        -- what the customer chose counts before what the words seem to say
        coalesce(
            case
                when responses.feedback_kind = 'complaint' then true
                when responses.feedback_kind = 'nps' then nps_groups.nps_group = 'detractor'
                when responses.feedback_kind in ('csat', 'review')
                    then responses.score <= satisfaction_rules.negative_score_to
            end,
            scored.sentiment_score <= rules.negative_to,
            false
        ) as is_negative,
        coalesce(products.product_id, 'unknown') as product_id,
        responses.product_id as source_product_id,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        coalesce(staff.staff_key, 'unknown') as staff_key,
        responses.responded_at,
        responses.responded_date
    from responses
    cross join rules
    cross join satisfaction_rules
    left join scored
        on responses.response_id = scored.response_id
    left join nps_groups
        on
            responses.feedback_kind = 'nps'
            and responses.score between nps_groups.score_min and nps_groups.score_max
    left join products
        on responses.product_id = products.product_id
    left join channels
        on responses.channel_id = channels.channel_id
    left join staff
        on responses.staff_key = staff.staff_key
)

select * from final
