-- Who brought whom, by customer and not by membership. Of several referrals of one customer the
-- first counts. A ring (A brings B, B brings C, C brings A) is opened at its latest referral: from
-- its referrer the earlier referrals are climbed, and the customer it brings is found above it.
-- Then the next referral of that customer counts; it may stand in a ring too, so all is done twice.
{%- set rounds = [1, 2] %}
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

candidates_1 as (
    select
        referral_number,
        customer_key,
        referred_customer_key
    from judged
    where objection is null
),
{% for round in rounds %}
numbered_{{ round }} as (
    select
        *,
        row_number() over (partition by referred_customer_key order by referral_number)
            as referral_of_referred_number
    from candidates_{{ round }}
),

first_referrals_{{ round }} as (
    select * from numbered_{{ round }}
    where referral_of_referred_number = 1
),

climbs_{{ round }} as (
    select
        referral_number,
        referred_customer_key,
        customer_key as upstream_customer_key,
        1 as chain_depth
    from candidates_{{ round }}
    union all
    select
        climbs.referral_number,
        climbs.referred_customer_key,
        first_referrals.customer_key as upstream_customer_key,
        climbs.chain_depth + 1 as chain_depth
    from climbs_{{ round }} as climbs
    inner join first_referrals_{{ round }} as first_referrals
        on
            climbs.upstream_customer_key = first_referrals.referred_customer_key
            and climbs.referral_number > first_referrals.referral_number
    cross join rules
    where
        climbs.chain_depth < rules.referral_chain_depth_max
        and climbs.upstream_customer_key <> climbs.referred_customer_key
),

candidates_{{ round + 1 }} as (
    select candidates.*
    from candidates_{{ round }} as candidates
    left join climbs_{{ round }} as rings
        on
            candidates.referral_number = rings.referral_number
            and rings.upstream_customer_key = rings.referred_customer_key
    where rings.referral_number is null
),
{% endfor %}
credited as (
    select
        referred_customer_key,
        min(referral_number) as referral_number
    from candidates_{{ rounds[-1] + 1 }}
    group by referred_customer_key
),

purchases as (
    select
        judged.referral_number,
        min(case when orders.ordered_at >= judged.referred_at then orders.ordered_date end)
            as first_order_date,
        max(case when orders.ordered_at < judged.referred_at then 1 else 0 end) = 1
            as is_buyer_before
    from judged
    inner join orders on judged.referred_customer_key = orders.customer_key
    where judged.objection is null
    group by judged.referral_number
),

statuses as (
    select
        judged.*,
        coalesce(purchases.is_buyer_before, false) as is_buyer_before,
        case
            when
                {{ days_between('judged.referred_date', 'purchases.first_order_date') }}
                <= rules.referral_conversion_days
                then purchases.first_order_date
        end as first_order_date,
        case
            when judged.objection is not null then judged.objection
            when judged.referral_number = credited.referral_number then 'credited'
            when judged.referral_number > credited.referral_number then 'repeated'
            else 'circular'
        end as referral_status
    from judged
    cross join rules
    left join credited on judged.referred_customer_key = credited.referred_customer_key
    left join purchases on judged.referral_number = purchases.referral_number
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
