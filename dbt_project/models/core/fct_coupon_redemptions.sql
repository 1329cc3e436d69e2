-- A redemption tells account and day, not the order. It is found among the orders of the account on
-- that day: best the one in which a product of the coupon had a coupon discount, then one with such
-- a product, then one with any coupon discount, then any; of equals a valid one before one that was
-- cancelled or given back, then the earliest.
with

redemptions as (
    select * from {{ ref('int_coupon_redemptions_keyed') }}
),

campaigns as (
    select campaign_id
    from {{ ref('dim_campaigns') }}
    where not is_unknown
),

coupon_products as (
    select
        campaign_id,
        coupon_id,
        source_product_id
    from {{ ref('bridge_coupon_products') }}
),

valid_orders as (
    select order_id
    from {{ ref('fct_orders') }}
    where is_valid_order
),

order_lines as (
    select
        order_id,
        shop_customer_key,
        ordered_at,
        ordered_date,
        source_product_id,
        coupon_discount_amount
    from {{ ref('fct_order_lines') }}
    where shop_customer_key <> 'unknown'
),

candidates as (
    select
        redemptions.shop_customer_key,
        redemptions.coupon_id,
        redemptions.campaign_id,
        redemptions.redeemed_date,
        order_lines.order_id,
        min(order_lines.ordered_at) as ordered_at,
        min(
            case
                when coupon_products.coupon_id is not null
                    then case when order_lines.coupon_discount_amount > 0 then 1 else 2 end
                when order_lines.coupon_discount_amount > 0 then 3
                else 4
            end
        ) as match_rank
    from redemptions
    inner join order_lines
        on
            redemptions.shop_customer_key = order_lines.shop_customer_key
            and redemptions.redeemed_date = order_lines.ordered_date
    left join coupon_products
        on
            redemptions.campaign_id = coupon_products.campaign_id
            and redemptions.coupon_id = coupon_products.coupon_id
            and order_lines.source_product_id = coupon_products.source_product_id
    group by
        redemptions.shop_customer_key,
        redemptions.coupon_id,
        redemptions.campaign_id,
        redemptions.redeemed_date,
        order_lines.order_id
),

chosen as (
    select
        candidates.*,
        row_number() over (
            partition by
                candidates.shop_customer_key,
                candidates.coupon_id,
                candidates.campaign_id,
                candidates.redeemed_date
            order by
                candidates.match_rank,
                case when valid_orders.order_id is not null then 0 else 1 end,
                candidates.ordered_at,
                length(candidates.order_id),
                candidates.order_id
        ) as choice
    from candidates
    left join valid_orders
        on candidates.order_id = valid_orders.order_id
),

final as (
    select
        {{ surrogate_key([
            'redemptions.shop_customer_key',
            'redemptions.coupon_id',
            'redemptions.campaign_id',
            'redemptions.redeemed_date',
        ]) }} as redemption_id,
        coalesce(campaigns.campaign_id, 'unknown') as campaign_id,
        redemptions.campaign_id as source_campaign_id,
        redemptions.coupon_id,
        redemptions.customer_key,
        redemptions.shop_customer_key,
        redemptions.redeemed_date,
        chosen.order_id,
        case chosen.match_rank
            when 1 then 'product_discount'
            when 2 then 'product'
            when 3 then 'discount'
            when 4 then 'same_day'
            else 'none'
        end as redemption_match
    from redemptions
    left join campaigns
        on redemptions.campaign_id = campaigns.campaign_id
    left join chosen
        on
            redemptions.shop_customer_key = chosen.shop_customer_key
            and redemptions.coupon_id = chosen.coupon_id
            and redemptions.campaign_id = chosen.campaign_id
            and redemptions.redeemed_date = chosen.redeemed_date
            and chosen.choice = 1
)

select * from final
