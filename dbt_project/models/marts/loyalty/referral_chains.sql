-- Chains follow credited referrals from the later to the earlier one: nobody is downstream of
-- somebody who was brought after him. So no chain can close to a ring.
with recursive

referrals as (
    select
        customer_key,
        referred_customer_key,
        referred_at,
        referred_date,
        is_referral_converted,
        row_number() over (order by referred_at, referral_id) as referral_number
    from {{ ref('fct_referrals') }}
    where is_credited
),

counted_customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

orders as (
    select
        customer_key,
        ordered_at,
        kept_net_amount,
        kept_margin_amount
    from {{ ref('fct_orders') }}
    where is_valid_order
),

rules as (
    select referral_chain_depth_max
    from {{ ref('loyalty_rules') }}
    where rule_set = 'default'
),

chains as (
    select
        customer_key,
        referred_customer_key,
        referral_number,
        1 as chain_depth
    from referrals
    union all
    select
        referrals.customer_key,
        chains.referred_customer_key,
        referrals.referral_number,
        chains.chain_depth + 1 as chain_depth
    from chains
    inner join referrals
        on
            chains.customer_key = referrals.referred_customer_key
            and chains.referral_number > referrals.referral_number
    cross join rules
    where chains.chain_depth < rules.referral_chain_depth_max
),

values_since as (
    select
        referrals.referred_customer_key,
        count(*) as downstream_order_count,
        sum(orders.kept_net_amount) as downstream_net_amount,
        sum(orders.kept_margin_amount) as downstream_margin_amount
    from referrals
    inner join orders
        on
            referrals.referred_customer_key = orders.customer_key
            and referrals.referred_at <= orders.ordered_at
    group by referrals.referred_customer_key
),

final as (
    select
        chains.customer_key,
        chains.referred_customer_key,
        {{ as_of_date() }} as as_of_date,
        cast(chains.chain_depth as integer) as chain_depth,
        referrals.referred_date,
        referrals.is_referral_converted,
        coalesce(values_since.downstream_order_count, 0) as downstream_order_count,
        cast(coalesce(values_since.downstream_net_amount, 0) as decimal(18, 2))
            as downstream_net_amount,
        cast(coalesce(values_since.downstream_margin_amount, 0) as decimal(18, 2))
            as downstream_margin_amount
    from chains
    inner join referrals on chains.referred_customer_key = referrals.referred_customer_key
    inner join counted_customers as upstream
        on chains.customer_key = upstream.customer_key
    inner join counted_customers as downstream
        on chains.referred_customer_key = downstream.customer_key
    left join values_since
        on chains.referred_customer_key = values_since.referred_customer_key
)

select * from final
