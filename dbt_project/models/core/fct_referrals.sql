-- Who brought whom, by customer and not by membership. Of several referrals of one customer the
-- first counts. A ring (A brings B, B brings C, C brings A) is opened at its latest referral: from
-- its referrer the earlier referrals are climbed, and the customer it brings is found above it.
with recursive

referrals as (
    select * from {{ ref('int_referrals_keyed') }}
),

orders as (
    select
        customer_key,
        ordered_at,
        ordered_date
    from {{ ref('fct_orders') }}
    where is_valid_order
),

rules as (
    select
        referral_conversion_days,
        referral_chain_depth_max
    from {{ ref('loyalty_rules') }}
    where rule_set = 'default'
),

judged as (
    select
        *,
        case
            when 'unknown' in (customer_key, referred_customer_key) then 'unknown_member'
            when customer_key = referred_customer_key then 'self_referral'
        end as objection,
        row_number() over (order by referred_at, referral_id) as referral_number
    from referrals
),

numbered as (
    select
        *,
        row_number() over (
            partition by referred_customer_key, objection order by referral_number
        ) as referral_of_referred_number
    from judged
),

first_referrals as (
    select
        referral_number,
        customer_key,
        referred_customer_key
    from numbered
    where objection is null and referral_of_referred_number = 1
),

climbs as (
    select
        referral_number,
        referred_customer_key,
        customer_key as upstream_customer_key,
        1 as chain_depth
    from first_referrals
    union all
    select
        climbs.referral_number,
        climbs.referred_customer_key,
        first_referrals.customer_key as upstream_customer_key,
        climbs.chain_depth + 1 as chain_depth
    from climbs
    inner join first_referrals
        on
            climbs.upstream_customer_key = first_referrals.referred_customer_key
            and climbs.referral_number > first_referrals.referral_number
    cross join rules
    where
        climbs.chain_depth < rules.referral_chain_depth_max
        and climbs.upstream_customer_key <> climbs.referred_customer_key
),

rings as (
    select distinct referral_number
    from climbs
    where upstream_customer_key = referred_customer_key
),

purchases as (
    select
        numbered.referral_number,
        min(case when orders.ordered_at >= numbered.referred_at then orders.ordered_date end)
            as first_order_date,
        max(case when orders.ordered_at < numbered.referred_at then 1 else 0 end) = 1
            as is_buyer_before
    from numbered
    inner join orders on numbered.referred_customer_key = orders.customer_key
    where numbered.objection is null
    group by numbered.referral_number
),

statuses as (
    select
        numbered.*,
        coalesce(purchases.is_buyer_before, false) as is_buyer_before,
        case
            when
                {{ days_between('numbered.referred_date', 'purchases.first_order_date') }}
                <= rules.referral_conversion_days
                then purchases.first_order_date
        end as first_order_date,
        case
            when numbered.objection is not null then numbered.objection
            when numbered.referral_of_referred_number > 1 then 'repeated'
            when rings.referral_number is not null then 'circular'
            else 'credited'
        end as referral_status
    from numbered
    cross join rules
    left join rings on numbered.referral_number = rings.referral_number
    left join purchases on numbered.referral_number = purchases.referral_number
),

final as (
    select
        referral_id,
        member_key,
        customer_key,
        referred_member_key,
        referred_customer_key,
        referral_status,
        referral_status = 'credited' as is_credited,
        is_buyer_before,
        case when referral_status = 'credited' then first_order_date end as referral_converted_date,
        referral_status = 'credited' and first_order_date is not null
            as is_referral_converted,
        referred_at,
        referred_date
    from statuses
)

select * from final
