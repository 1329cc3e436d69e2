with
source as (
    {{ latest_rows(
        source('loyalty', 'referrals'),
        key=['referral_id'],
        where=up_to_as_of('referred_at')
    ) }}
),

final as (
    select
        referral_id,
        referrer_member_id,
        referred_member_id,
        referred_at
    from source
)

select * from final
