-- Nothing here is decided: every rule stands in core or in the mart that it is taken from.
with

customers as (
    select * from {{ ref('dim_customers') }}
    where is_counted
),

rfm as (
    select * from {{ ref('rfm') }}
),

lifecycle as (
    select * from {{ ref('lifecycle') }}
),

customer_values as (
    select * from {{ ref('customer_lifetime_value') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

tickets as (
    select * from {{ ref('fct_service_tickets') }}
),

feedback as (
    select * from {{ ref('fct_feedback') }}
),

touches as (
    select * from {{ ref('fct_campaign_touches') }}
),

redemptions as (
    select * from {{ ref('fct_coupon_redemptions') }}
),

consents as (
    select * from {{ ref('bridge_customer_consents') }}
),

points as (
    select * from {{ ref('fct_loyalty_points') }}
),

web_sessions as (
    select * from {{ ref('fct_web_sessions') }}
),

social_interactions as (
    select * from {{ ref('fct_social_interactions') }}
),

order_totals as (
    select
        customer_key,
        count(case when is_cancelled then 1 end) as cancelled_order_count,
        sum(refunded_amount) as refunded_amount
    from orders
    group by customer_key
),

ticket_totals as (
    select
        customer_key,
        count(*) as ticket_count,
        count(case when is_open then 1 end) as open_ticket_count,
        cast(avg(rating) as decimal(4, 2)) as average_ticket_rating,
        max(opened_date) as last_ticket_date
    from tickets
    group by customer_key
),

feedback_totals as (
    select
        customer_key,
        count(*) as feedback_count,
        count(case when feedback_kind = 'complaint' then 1 end) as complaint_count,
        max(case when feedback_kind = 'complaint' then responded_date end) as last_complaint_date
    from feedback
    group by customer_key
),

nps_ranked as (
    select
        customer_key,
        score as last_nps_score,
        nps_group as last_nps_group,
        responded_date as last_nps_date,
        row_number() over (
            partition by customer_key
            order by responded_at desc, response_id desc
        ) as answers_ago
    from feedback
    where feedback_kind = 'nps' and score is not null
),

touch_totals as (
    select
        customer_key,
        count(distinct case when touch_kind = 'targeted' then source_campaign_id end)
            as targeted_campaign_count,
        count(case when touch_kind = 'send' then 1 end) as campaign_send_count,
        count(case when touch_kind = 'open' then 1 end) as campaign_open_count,
        count(case when touch_kind = 'click' then 1 end) as campaign_click_count,
        count(case when touch_kind = 'response' then 1 end) as campaign_response_count,
        max(case when touch_kind = 'send' then touched_date end) as last_campaign_send_date
    from touches
    group by customer_key
),

redemption_totals as (
    select
        customer_key,
        count(*) as coupon_redemption_count,
        max(redeemed_date) as last_coupon_redemption_date
    from redemptions
    group by customer_key
),

consent_flags as (
    select
        customer_key,
        max(case when purpose = 'marketing' and channel_id = 'email' then 1 else 0 end) = 1
            as is_email_marketing_consented,
        max(case when purpose = 'marketing' and channel_id = 'sms' then 1 else 0 end) = 1
            as is_sms_marketing_consented,
        max(case when purpose = 'marketing' and channel_id = 'wechat' then 1 else 0 end) = 1
            as is_wechat_marketing_consented,
        max(case when purpose = 'marketing' and channel_id = 'phone' then 1 else 0 end) = 1
            as is_phone_marketing_consented,
        max(case when purpose = 'profiling' then 1 else 0 end) = 1 as is_profiling_consented
    from consents
    where is_granted
    group by customer_key
),

points_totals as (
    select
        customer_key,
        sum(points) as points_balance,
        max(occurred_date) as last_points_date
    from points
    group by customer_key
),

web_totals as (
    select
        customer_key,
        count(*) as web_session_count,
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

        customers.first_seen_date,
        customers.acquisition_source,
        customers.source_count,
        customers.age_band,
        customers.gender,
        customers.income_band,
        customers.household_composition,
        customers.kids_count,
        customers.city,
        customers.region,
        customers.country,
        customers.preferred_language,

        customer_values.historic_order_count,
        customer_values.historic_net_amount,
        customer_values.historic_margin_amount,
        customer_values.average_order_amount,
        customer_values.first_order_date,
        customer_values.last_order_date,
        customer_values.tenure_days,
        coalesce(order_totals.cancelled_order_count, 0) as cancelled_order_count,
        cast(coalesce(order_totals.refunded_amount, 0) as decimal(18, 2)) as refunded_amount,

        customer_values.value_tier,
        customer_values.value_tier_zh,
        rfm.recency_days,
        rfm.recency_score,
        rfm.frequency_score,
        rfm.monetary_score,
        rfm.rfm_segment,
        rfm.rfm_segment_zh,
        rfm.frequency_tier,
        rfm.monetary_tier,
        lifecycle.lifecycle_stage,
        lifecycle.lifecycle_stage_zh,
        lifecycle.entered_on as lifecycle_entered_on,
        lifecycle.previous_stage as previous_lifecycle_stage,
        lifecycle.median_gap_days,
        lifecycle.churn_after_days,

        coalesce(ticket_totals.ticket_count, 0) as ticket_count,
        coalesce(ticket_totals.open_ticket_count, 0) as open_ticket_count,
        ticket_totals.average_ticket_rating,
        ticket_totals.last_ticket_date,

        coalesce(feedback_totals.feedback_count, 0) as feedback_count,
        nps_ranked.last_nps_score,
        nps_ranked.last_nps_group,
        nps_ranked.last_nps_date,
        coalesce(feedback_totals.complaint_count, 0) as complaint_count,
        feedback_totals.last_complaint_date,

        coalesce(touch_totals.targeted_campaign_count, 0) as targeted_campaign_count,
        coalesce(touch_totals.campaign_send_count, 0) as campaign_send_count,
        coalesce(touch_totals.campaign_open_count, 0) as campaign_open_count,
        coalesce(touch_totals.campaign_click_count, 0) as campaign_click_count,
        coalesce(touch_totals.campaign_response_count, 0) as campaign_response_count,
        touch_totals.last_campaign_send_date,
        coalesce(redemption_totals.coupon_redemption_count, 0) as coupon_redemption_count,
        redemption_totals.last_coupon_redemption_date,

        customers.is_marketing_consented,
        coalesce(consent_flags.is_email_marketing_consented, false)
            as is_email_marketing_consented,
        coalesce(consent_flags.is_sms_marketing_consented, false) as is_sms_marketing_consented,
        coalesce(consent_flags.is_wechat_marketing_consented, false)
            as is_wechat_marketing_consented,
        coalesce(consent_flags.is_phone_marketing_consented, false)
            as is_phone_marketing_consented,
        coalesce(consent_flags.is_profiling_consented, false) as is_profiling_consented,

        customers.loyalty_tier_id,
        customers.loyalty_joined_date,
        cast(coalesce(points_totals.points_balance, 0) as bigint) as points_balance,
        points_totals.last_points_date,

        coalesce(web_totals.web_session_count, 0) as web_session_count,
        cast(coalesce(web_totals.page_view_count, 0) as bigint) as page_view_count,
        cast(coalesce(web_totals.add_to_cart_count, 0) as bigint) as add_to_cart_count,
        web_totals.last_web_session_date,
        coalesce(social_totals.social_interaction_count, 0) as social_interaction_count,
        social_totals.last_social_interaction_date
    from customers
    inner join rfm on customers.customer_key = rfm.customer_key
    inner join lifecycle on customers.customer_key = lifecycle.customer_key
    inner join customer_values on customers.customer_key = customer_values.customer_key
    left join order_totals on customers.customer_key = order_totals.customer_key
    left join ticket_totals on customers.customer_key = ticket_totals.customer_key
    left join feedback_totals on customers.customer_key = feedback_totals.customer_key
    left join nps_ranked
        on customers.customer_key = nps_ranked.customer_key and nps_ranked.answers_ago = 1
    left join touch_totals on customers.customer_key = touch_totals.customer_key
    left join redemption_totals on customers.customer_key = redemption_totals.customer_key
    left join consent_flags on customers.customer_key = consent_flags.customer_key
    left join points_totals on customers.customer_key = points_totals.customer_key
    left join web_totals on customers.customer_key = web_totals.customer_key
    left join social_totals on customers.customer_key = social_totals.customer_key
)

select * from final
