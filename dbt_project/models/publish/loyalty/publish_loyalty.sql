-- written by `make publish-models` from marts/loyalty/loyalty.yml
{{ config(
    alias='loyalty',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    is_member,
    membership_count,
    loyalty_joined_date,
    loyalty_tier_id,
    loyalty_tier_name,
    loyalty_tier_zh,
    tier_since_date,
    previous_tier_id,
    tier_upgrade_count,
    tier_downgrade_count,
    points_balance,
    points_earned,
    points_redeemed,
    points_expired,
    points_adjusted,
    points_overdrawn,
    points_overdue,
    points_expiring_30d,
    points_expiring_90d,
    next_expiry_date,
    next_expiry_points,
    redemption_ratio,
    last_points_date,
    referrals_made,
    referrals_converted,
    referral_depth,
    downstream_customer_count,
    downstream_margin_amount,
    advocacy_level,
    advocacy_level_zh
from {{ ref('loyalty') }}
