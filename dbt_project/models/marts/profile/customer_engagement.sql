with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

web_sessions as (
    select
        customer_key,
        page_view_count,
        add_to_cart_count,
        started_date
    from {{ ref('fct_web_sessions') }}
),

social_interactions as (
    select
        customer_key,
        occurred_date
    from {{ ref('fct_social_interactions') }}
),

web_totals as (
    select
        customer_key,
        count(*) as web_session_count,
        count(case when {{ days_between('started_date', as_of_date()) }} < 30 then 1 end)
            as web_session_count_30d,
        sum(page_view_count) as page_view_count,
        sum(add_to_cart_count) as add_to_cart_count,
        max(started_date) as last_web_session_date
    from web_sessions
    group by customer_key
),

social_totals as (
    select
        customer_key,
        count(*) as social_interaction_count,
        max(occurred_date) as last_social_interaction_date
    from social_interactions
    group by customer_key
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        coalesce(web_totals.web_session_count, 0) as web_session_count,
        coalesce(web_totals.web_session_count_30d, 0) as web_session_count_30d,
        cast(coalesce(web_totals.page_view_count, 0) as bigint) as page_view_count,
        cast(coalesce(web_totals.add_to_cart_count, 0) as bigint) as add_to_cart_count,
        web_totals.last_web_session_date,
        coalesce(social_totals.social_interaction_count, 0) as social_interaction_count,
        social_totals.last_social_interaction_date
    from customers
    left join web_totals on customers.customer_key = web_totals.customer_key
    left join social_totals on customers.customer_key = social_totals.customer_key
)

select * from final
