-- Where a customer buys and whether one looks, by the orders and visits of the months before the
-- review. Online and in stores each have a dead band: one order moves nobody back and forth.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

customer_reviews as (
    select
        *,
        {{ month_index('review_date') }} as review_number,
        online_order_count / nullif(reviewed_order_count, 0) as online_order_ratio,
        offline_order_count / nullif(reviewed_order_count, 0) as offline_order_ratio
    from {{ ref('customer_reviews') }}
),

web_sessions as (
    select * from {{ ref('fct_web_sessions') }}
),

rules as (
    select * from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

behavioural_segments as (
    select * from {{ ref('behavioural_segments') }}
),

judged as (
    select
        customer_reviews.customer_key,
        customer_reviews.review_date,
        customer_reviews.reviewed_order_count,
        customer_reviews.online_order_count,
        customer_reviews.offline_order_count,
        {{ with_dead_band(
            'customer_reviews.review_number',
            'customer_reviews.online_order_ratio >= rules.channel_ratio_enter',
            'coalesce(customer_reviews.online_order_ratio < rules.channel_ratio_leave, true)',
            'customer_reviews.customer_key',
        ) }} as is_online_buyer,
        {{ with_dead_band(
            'customer_reviews.review_number',
            'customer_reviews.offline_order_ratio >= rules.channel_ratio_enter',
            'coalesce(customer_reviews.offline_order_ratio < rules.channel_ratio_leave, true)',
            'customer_reviews.customer_key',
        ) }} as is_offline_buyer
    from customer_reviews
    cross join rules
),

visits as (
    select
        web_sessions.customer_key,
        count(*) as reviewed_session_count
    from web_sessions
    cross join rules
    where
        web_sessions.started_date < {{ month_start(as_of_date()) }}
        and {{ month_index('web_sessions.started_date') }}
        >= {{ month_index(as_of_date()) }} - rules.window_months
    group by web_sessions.customer_key
),

placed as (
    select
        customers.customer_key,
        coalesce(judged.reviewed_order_count, 0) as reviewed_order_count,
        coalesce(judged.online_order_count, 0) as online_order_count,
        coalesce(judged.offline_order_count, 0) as offline_order_count,
        coalesce(visits.reviewed_session_count, 0) as reviewed_session_count,
        coalesce(judged.reviewed_order_count, 0) > 0 as is_buyer,
        coalesce(judged.is_online_buyer and judged.reviewed_order_count > 0, false)
            as is_online_buyer,
        coalesce(judged.is_offline_buyer and judged.reviewed_order_count > 0, false)
            as is_offline_buyer,
        case when visits.reviewed_session_count > 0 then 'some' else 'none' end as visits
    from customers
    left join judged
        on
            customers.customer_key = judged.customer_key
            and judged.review_date = {{ month_start(as_of_date()) }}
    left join visits on customers.customer_key = visits.customer_key
),

final as (
    select
        placed.customer_key,
        {{ as_of_date() }} as as_of_date,
        {{ month_start(as_of_date()) }} as review_date,
        placed.reviewed_order_count,
        placed.online_order_count,
        placed.offline_order_count,
        placed.reviewed_session_count,
        placed.is_online_buyer,
        placed.is_offline_buyer,
        behavioural_segments.behavioural_segment,
        behavioural_segments.behavioural_segment_zh
    from placed
    left join behavioural_segments
        on
            placed.is_buyer = behavioural_segments.is_buyer
            and placed.is_online_buyer = behavioural_segments.is_online_buyer
            and placed.is_offline_buyer = behavioural_segments.is_offline_buyer
            and behavioural_segments.visits in ('any', placed.visits)
)

select * from final
