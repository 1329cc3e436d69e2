with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

touches as (
    select
        customer_key,
        source_campaign_id,
        touch_kind,
        touched_date
    from {{ ref('fct_campaign_touches') }}
),

redemptions as (
    select
        customer_key,
        redeemed_date
    from {{ ref('fct_coupon_redemptions') }}
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

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        coalesce(touch_totals.targeted_campaign_count, 0) as targeted_campaign_count,
        coalesce(touch_totals.campaign_send_count, 0) as campaign_send_count,
        coalesce(touch_totals.campaign_open_count, 0) as campaign_open_count,
        coalesce(touch_totals.campaign_click_count, 0) as campaign_click_count,
        coalesce(touch_totals.campaign_response_count, 0) as campaign_response_count,
        touch_totals.last_campaign_send_date,
        coalesce(redemption_totals.coupon_redemption_count, 0) as coupon_redemption_count,
        redemption_totals.last_coupon_redemption_date
    from customers
    left join touch_totals on customers.customer_key = touch_totals.customer_key
    left join redemption_totals on customers.customer_key = redemption_totals.customer_key
)

select * from final
