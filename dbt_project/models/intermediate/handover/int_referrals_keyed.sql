with

referrals as (
    select * from {{ ref('stg_loyalty__referrals') }}
),

member_customers as (
    {{ member_customers() }}
),

final as (
    select
        referrals.referral_id,
        {{ member_key('referrals.referrer_member_id') }} as member_key,
        coalesce(referrers.customer_key, 'unknown') as customer_key,
        {{ member_key('referrals.referred_member_id') }} as referred_member_key,
        coalesce(referred.customer_key, 'unknown') as referred_customer_key,
        referrals.referred_at,
        {{ to_business_date('referrals.referred_at') }} as referred_date
    from referrals
    left join member_customers as referrers
        on referrals.referrer_member_id = referrers.member_id
    left join member_customers as referred
        on referrals.referred_member_id = referred.member_id
)

select * from final
