-- A complaint has no state of its own: it is open for some days, unless a ticket that the customer
-- opened at or after it has been solved.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

responses as (
    select * from {{ ref('fct_feedback') }}
),

rules as (
    select * from {{ ref('satisfaction_rules') }}
),

last_solved as (
    select
        customer_key,
        max(opened_at) as opened_at
    from {{ ref('fct_service_tickets') }}
    where resolved_at is not null and customer_key <> 'unknown'
    group by customer_key
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_key, feedback_kind
            order by
                case when score is not null then 0 else 1 end,
                responded_at desc,
                length(response_id) desc,
                response_id desc
        ) as answers_ago
    from responses
),

counted as (
    select
        ranked.customer_key,
        count(*) as feedback_count,
        count(case when ranked.feedback_kind = 'nps' then ranked.score end) as nps_response_count,
        count(case when ranked.feedback_kind = 'csat' then ranked.score end) as csat_response_count,
        count(case when ranked.feedback_kind = 'review' then 1 end) as review_count,
        avg(case when ranked.feedback_kind = 'review' then ranked.score end)
            as average_review_score,
        count(case when ranked.feedback_kind = 'complaint' then 1 end) as complaint_count,
        count(
            case
                when
                    ranked.feedback_kind = 'complaint'
                    and {{ days_between('ranked.responded_date', as_of_date()) }}
                    <= rules.complaint_open_days
                    and (
                        last_solved.opened_at is null
                        or last_solved.opened_at < ranked.responded_at
                    )
                    then 1
            end
        ) as open_complaint_count,
        max(case when ranked.feedback_kind = 'complaint' then ranked.responded_date end)
            as last_complaint_date,
        count(case when ranked.feedback_kind = 'suggestion' then 1 end) as suggestion_count,
        sum(ranked.sentiment_score) / nullif(count(ranked.sentiment_score), 0)
            as average_sentiment,
        max(case when ranked.is_negative then ranked.responded_date end) as last_negative_date,
        max(ranked.responded_date) as last_feedback_date
    from ranked
    cross join rules
    left join last_solved
        on ranked.customer_key = last_solved.customer_key
    group by ranked.customer_key
),

last_answers as (
    select
        customer_key,
        max(case when feedback_kind = 'nps' then score end) as last_nps_score,
        max(case when feedback_kind = 'nps' then nps_group end) as last_nps_group,
        max(case when feedback_kind = 'nps' then responded_date end) as last_nps_date,
        max(case when feedback_kind = 'csat' then score end) as last_csat_score,
        max(case when feedback_kind = 'csat' then responded_date end) as last_csat_date
    from ranked
    where answers_ago = 1 and score is not null
    group by customer_key
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        coalesce(counted.feedback_count, 0) as feedback_count,
        coalesce(counted.nps_response_count, 0) as nps_response_count,
        last_answers.last_nps_score,
        last_answers.last_nps_group,
        last_answers.last_nps_date,
        coalesce(counted.csat_response_count, 0) as csat_response_count,
        last_answers.last_csat_score,
        last_answers.last_csat_date,
        coalesce(counted.review_count, 0) as review_count,
        cast(counted.average_review_score as decimal(4, 2)) as average_review_score,
        coalesce(counted.complaint_count, 0) as complaint_count,
        coalesce(counted.open_complaint_count, 0) as open_complaint_count,
        counted.last_complaint_date,
        coalesce(counted.suggestion_count, 0) as suggestion_count,
        cast(round(counted.average_sentiment, 4) as decimal(5, 4)) as average_sentiment,
        counted.last_negative_date,
        counted.last_feedback_date
    from customers
    left join counted
        on customers.customer_key = counted.customer_key
    left join last_answers
        on customers.customer_key = last_answers.customer_key
)

select * from final
