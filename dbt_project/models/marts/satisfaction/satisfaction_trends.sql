-- Totals are counted again, not added up: `all` stands where a row is over all channels or staff.
with

responses as (
    select
        *,
        {{ month_start('responded_date') }} as month_start_date
    from {{ ref('fct_feedback') }}
),

rules as (
    select * from {{ ref('satisfaction_rules') }}
),

counted as (
    select
        responses.month_start_date,
        responses.channel_id,
        responses.staff_key,
        grouping(responses.channel_id) as is_all_channels,
        grouping(responses.staff_key) as is_all_staff,
        count(*) as response_count,
        count(responses.nps_group) as nps_response_count,
        count(case when responses.nps_group = 'promoter' then 1 end) as promoter_count,
        count(case when responses.nps_group = 'passive' then 1 end) as passive_count,
        count(case when responses.nps_group = 'detractor' then 1 end) as detractor_count,
        count(case when responses.feedback_kind = 'csat' then responses.score end)
            as csat_response_count,
        count(
            case
                when
                    responses.feedback_kind = 'csat'
                    and responses.score >= rules.csat_satisfied_from
                    then 1
            end
        ) as csat_satisfied_count,
        count(case when responses.feedback_kind = 'review' then 1 end) as review_count,
        avg(case when responses.feedback_kind = 'review' then responses.score end)
            as average_review_score,
        count(case when responses.feedback_kind = 'complaint' then 1 end) as complaint_count,
        count(case when responses.feedback_kind = 'suggestion' then 1 end) as suggestion_count,
        count(case when responses.is_negative then 1 end) as negative_count,
        count(responses.sentiment_score) as comment_count,
        sum(responses.sentiment_score) as total_sentiment
    from responses
    cross join rules
    group by grouping sets (
        (responses.month_start_date),
        (responses.month_start_date, responses.channel_id),
        (responses.month_start_date, responses.staff_key),
        (responses.month_start_date, responses.channel_id, responses.staff_key)
    )
),

final as (
    select
        month_start_date,
        case when is_all_channels = 1 then 'all' else channel_id end as channel_id,
        case when is_all_staff = 1 then 'all' else staff_key end as staff_key,
        {{ as_of_date() }} as as_of_date,
        case
            when is_all_channels = 1 and is_all_staff = 1 then 'total'
            when is_all_staff = 1 then 'channel'
            when is_all_channels = 1 then 'staff'
            else 'channel_staff'
        end as trend_level,
        response_count,
        nps_response_count,
        promoter_count,
        passive_count,
        detractor_count,
        cast(
            round(
                100 * cast(promoter_count - detractor_count as decimal(18, 2))
                / nullif(nps_response_count, 0), 2
            ) as decimal(5, 2)
        ) as nps,
        csat_response_count,
        csat_satisfied_count,
        {{ ratio('csat_satisfied_count', 'csat_response_count') }} as csat_ratio,
        review_count,
        cast(average_review_score as decimal(4, 2)) as average_review_score,
        complaint_count,
        suggestion_count,
        negative_count,
        {{ ratio('negative_count', 'response_count') }} as negative_ratio,
        comment_count,
        cast(round(total_sentiment / nullif(comment_count, 0), 4) as decimal(5, 4))
            as average_sentiment
    from counted
)

select * from final
