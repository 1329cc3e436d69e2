-- An order counts once for each coupon redeemed in it, so orders and their amounts do not add up
-- over coupons; redemptions do.
with

coupon_products as (
    select * from {{ ref('bridge_coupon_products') }}
),

redemptions as (
    select * from {{ ref('fct_coupon_redemptions') }}
),

orders as (
    select
        order_id,
        net_amount - refunded_amount as kept_net_amount,
        kept_margin_amount
    from {{ ref('fct_orders') }}
    where is_valid_order
),

audience as (
    select
        campaign_id,
        customer_key
    from {{ ref('campaign_audience') }}
    where campaign_group <> 'outside'
),

audiences as (
    select
        campaign_id,
        count(*) as audience_count
    from audience
    group by campaign_id
),

coupons as (
    select
        campaign_id as source_campaign_id,
        coupon_id,
        count(*) as coupon_product_count
    from coupon_products
    group by
        campaign_id,
        coupon_id
),

used as (
    select
        redemptions.source_campaign_id,
        redemptions.coupon_id,
        max(redemptions.campaign_id) as campaign_id,
        count(*) as coupon_redemption_count,
        count(distinct nullif(redemptions.customer_key, 'unknown')) as redeeming_customer_count,
        count(distinct audience.customer_key) as redeeming_audience_count,
        min(redemptions.redeemed_date) as first_redeemed_date,
        max(redemptions.redeemed_date) as last_redeemed_date
    from redemptions
    left join audience
        on
            redemptions.campaign_id = audience.campaign_id
            and redemptions.customer_key = audience.customer_key
    group by
        redemptions.source_campaign_id,
        redemptions.coupon_id
),

coupon_orders as (
    select distinct
        source_campaign_id,
        coupon_id,
        order_id
    from redemptions
),

sold as (
    select
        coupon_orders.source_campaign_id,
        coupon_orders.coupon_id,
        count(*) as coupon_order_count,
        sum(orders.kept_net_amount) as coupon_order_net_amount,
        sum(orders.kept_margin_amount) as coupon_order_margin_amount
    from coupon_orders
    inner join orders
        on coupon_orders.order_id = orders.order_id
    group by
        coupon_orders.source_campaign_id,
        coupon_orders.coupon_id
),

joined as (
    select
        coalesce(coupons.source_campaign_id, used.source_campaign_id) as source_campaign_id,
        coalesce(coupons.coupon_id, used.coupon_id) as coupon_id,
        coalesce(used.campaign_id, coupons.source_campaign_id) as campaign_id,
        coupons.coupon_product_count,
        used.coupon_redemption_count,
        used.redeeming_customer_count,
        used.redeeming_audience_count,
        used.first_redeemed_date,
        used.last_redeemed_date
    from coupons
    full outer join used
        on
            coupons.source_campaign_id = used.source_campaign_id
            and coupons.coupon_id = used.coupon_id
),

final as (
    select
        joined.source_campaign_id,
        joined.coupon_id,
        {{ as_of_date() }} as as_of_date,
        joined.campaign_id,
        coalesce(joined.coupon_product_count, 0) as coupon_product_count,
        coalesce(joined.coupon_redemption_count, 0) as coupon_redemption_count,
        coalesce(joined.redeeming_customer_count, 0) as redeeming_customer_count,
        {{ share_of('coalesce(joined.redeeming_audience_count, 0)', 'audiences.audience_count') }}
            as coupon_redemption_ratio,
        coalesce(sold.coupon_order_count, 0) as coupon_order_count,
        cast(coalesce(sold.coupon_order_net_amount, 0) as decimal(18, 2))
            as coupon_order_net_amount,
        cast(coalesce(sold.coupon_order_margin_amount, 0) as decimal(18, 2))
            as coupon_order_margin_amount,
        joined.first_redeemed_date,
        joined.last_redeemed_date
    from joined
    left join audiences
        on joined.campaign_id = audiences.campaign_id
    left join sold
        on
            joined.source_campaign_id = sold.source_campaign_id
            and joined.coupon_id = sold.coupon_id
)

select * from final
