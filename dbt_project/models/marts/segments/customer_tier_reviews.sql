-- How often and how much a customer bought, as of the review and scored like rfm: a score is
-- relative to all the others, so the orders of one night would move whole groups of equal
-- customers. A past order is judged with what is known today of cancellations and refunds.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

orders as (
    select
        customer_key,
        net_amount,
        refunded_amount
    from {{ ref('fct_orders') }}
    where is_valid_order and ordered_date < {{ month_start(as_of_date()) }}
),

frequency_tiers as (
    select * from {{ ref('frequency_tiers') }}
),

monetary_tiers as (
    select * from {{ ref('monetary_tiers') }}
),

buyers as (
    select
        customers.customer_key,
        count(*) as frequency,
        sum(orders.net_amount - orders.refunded_amount) as monetary
    from customers
    inner join orders on customers.customer_key = orders.customer_key
    group by customers.customer_key
),

scored as (
    select
        customer_key,
        {{ score_among_buyers('frequency') }} as frequency_score,
        {{ score_among_buyers('monetary') }} as monetary_score
    from buyers
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        {{ month_start(as_of_date()) }} as review_date,
        frequency_tiers.frequency_tier,
        frequency_tiers.frequency_tier_zh,
        monetary_tiers.monetary_tier,
        monetary_tiers.monetary_tier_zh
    from customers
    left join scored on customers.customer_key = scored.customer_key
    left join frequency_tiers
        on
            coalesce(scored.frequency_score, 0)
            between frequency_tiers.frequency_score_min and frequency_tiers.frequency_score_max
    left join monetary_tiers
        on
            coalesce(scored.monetary_score, 0)
            between monetary_tiers.monetary_score_min and monetary_tiers.monetary_score_max
)

select * from final
