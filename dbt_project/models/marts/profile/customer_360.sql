-- Nothing is decided or added up here: each column comes from core or the mart of its subject.
with

customers as (
    select * from {{ ref('dim_customers') }}
    where is_counted
),

customer_values as (
    select * from {{ ref('customer_lifetime_value') }}
),

transactions as (
    select * from {{ ref('customer_transactions') }}
),

rfm as (
    select * from {{ ref('rfm') }}
),

lifecycle as (
    select * from {{ ref('lifecycle') }}
),

churn_risk as (
    select * from {{ ref('churn_risk') }}
),

segments as (
    select * from {{ ref('segments') }}
),

service as (
    select * from {{ ref('customer_service') }}
),

satisfaction as (
    select * from {{ ref('satisfaction') }}
),

campaigns as (
    select * from {{ ref('customer_campaigns') }}
),

consents as (
    select * from {{ ref('customer_consents') }}
),

loyalty as (
    select * from {{ ref('loyalty') }}
),

engagement as (
    select * from {{ ref('customer_engagement') }}
),

sales as (
    select * from {{ ref('customer_sales') }}
),

actions as (
    select * from {{ ref('next_best_action') }}
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
        transactions.placed_order_count,
        transactions.cancelled_order_count,
        transactions.refunded_order_count,
        transactions.refunded_amount,
        transactions.order_count_90d,
        transactions.net_amount_90d,
        transactions.average_lines_per_order,
        transactions.discount_ratio,
        transactions.preferred_order_channel_id,
        transactions.preferred_store_id,
        transactions.preferred_payment_method,
        transactions.top_department,

        customer_values.value_tier,
        customer_values.value_tier_zh,
        customer_values.prediction_basis,
        customer_values.p_active_horizon,
        customer_values.expected_orders_12m,
        customer_values.expected_net_amount_12m,
        customer_values.expected_margin_12m,
        customer_values.clv,
        customer_values.clv_tier,
        customer_values.clv_tier_zh,
        customer_values.next_order_date,
        churn_risk.churn_probability,
        churn_risk.risk_band as churn_risk_band,
        churn_risk.risk_band_zh as churn_risk_band_zh,
        churn_risk.reason_text as churn_reason,
        churn_risk.reason_text_zh as churn_reason_zh,
        churn_risk.expected_margin_at_risk,
        churn_risk.is_win_back_candidate,
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

        segments.customer_level,
        segments.customer_level_zh,
        segments.demographic_segment,
        segments.demographic_segment_zh,
        segments.behavioural_segment,
        segments.behavioural_segment_zh,
        segments.behaviour_cluster,
        segments.behaviour_cluster_zh,
        segments.primary_interest,
        segments.shopping_style,
        segments.shopping_style_zh,
        segments.target_group,
        segments.target_group_zh,

        service.ticket_count,
        service.open_ticket_count,
        service.sla_missed_ticket_count,
        service.average_ticket_rating,
        service.last_ticket_date,
        service.last_ticket_type,

        satisfaction.feedback_count,
        satisfaction.last_nps_score,
        satisfaction.last_nps_group,
        satisfaction.last_nps_date,
        satisfaction.last_csat_score,
        satisfaction.complaint_count,
        satisfaction.open_complaint_count,
        satisfaction.last_complaint_date,
        satisfaction.average_sentiment,
        satisfaction.last_negative_date,

        campaigns.targeted_campaign_count,
        campaigns.campaign_send_count,
        campaigns.campaign_open_count,
        campaigns.campaign_click_count,
        campaigns.campaign_response_count,
        campaigns.last_campaign_send_date,
        campaigns.coupon_redemption_count,
        campaigns.last_coupon_redemption_date,

        consents.is_marketing_consented,
        consents.is_email_marketing_consented,
        consents.is_sms_marketing_consented,
        consents.is_wechat_marketing_consented,
        consents.is_phone_marketing_consented,
        consents.is_profiling_consented,

        customers.loyalty_tier_id,
        customers.loyalty_joined_date,
        loyalty.points_balance,
        loyalty.points_expiring_90d,
        loyalty.next_expiry_date,
        loyalty.redemption_ratio,
        loyalty.last_points_date,
        loyalty.referrals_made,
        loyalty.referrals_converted,
        loyalty.advocacy_level,

        engagement.web_session_count,
        engagement.web_session_count_30d,
        engagement.page_view_count,
        engagement.add_to_cart_count,
        engagement.last_web_session_date,
        engagement.social_interaction_count,
        engagement.last_social_interaction_date,

        sales.customer_note_count,
        sales.last_note_date,
        sales.last_note_text,
        sales.sales_contact_count,
        sales.last_sales_contact_date,
        sales.open_follow_up_count,
        sales.overdue_follow_up_count,
        sales.next_follow_up_due_date,
        sales.open_opportunity_count,
        sales.open_opportunity_amount,
        sales.won_opportunity_count,
        sales.won_opportunity_amount,

        actions.strategy,
        actions.strategy_zh,
        actions.action,
        actions.action_zh,
        actions.channel_id as action_channel_id,
        actions.offer,
        actions.offer_zh,
        actions.action_reason,
        actions.action_reason_zh,
        actions.next_occasion,
        actions.next_occasion_date
    from customers
    inner join customer_values on customers.customer_key = customer_values.customer_key
    inner join transactions on customers.customer_key = transactions.customer_key
    inner join rfm on customers.customer_key = rfm.customer_key
    inner join lifecycle on customers.customer_key = lifecycle.customer_key
    inner join churn_risk on customers.customer_key = churn_risk.customer_key
    inner join segments on customers.customer_key = segments.customer_key
    inner join service on customers.customer_key = service.customer_key
    inner join satisfaction on customers.customer_key = satisfaction.customer_key
    inner join campaigns on customers.customer_key = campaigns.customer_key
    inner join consents on customers.customer_key = consents.customer_key
    inner join loyalty on customers.customer_key = loyalty.customer_key
    inner join engagement on customers.customer_key = engagement.customer_key
    inner join sales on customers.customer_key = sales.customer_key
    inner join actions on customers.customer_key = actions.customer_key
)

select * from final
