with

customers as (
    select
        customer_key,
        loyalty_tier_id,
        loyalty_member_key,
        loyalty_joined_date
    from {{ ref('dim_customers') }}
    where is_counted
),

tiers as (
    select
        tier_id,
        tier_name,
        tier_name_zh
    from {{ ref('loyalty_tiers') }}
),

tier_periods as (
    select
        member_key,
        tier_id,
        previous_tier_id,
        tier_entered_date
    from {{ ref('fct_loyalty_tiers') }}
    where is_current
),

memberships as (
    select
        customer_key,
        count(distinct member_key) as membership_count,
        count(case when tier_change = 'upgrade' then 1 end) as tier_upgrade_count,
        count(case when tier_change = 'downgrade' then 1 end) as tier_downgrade_count
    from {{ ref('fct_loyalty_tiers') }}
    group by customer_key
),

points as (
    select
        customer_key,
        sum(points) as points_balance,
        sum(case when entry_kind = 'earn' then points else 0 end) as points_earned,
        sum(case when entry_kind = 'redeem' then -points else 0 end) as points_redeemed,
        sum(case when entry_kind = 'expire' then -points else 0 end) as points_expired,
        sum(case when entry_kind = 'adjust' then points else 0 end) as points_adjusted,
        max(occurred_date) as last_points_date
    from {{ ref('fct_loyalty_points') }}
    group by customer_key
),

overdrafts as (
    select
        customer_key,
        sum(used_points) as points_overdrawn
    from {{ ref('loyalty_point_uses') }}
    where lot_entry_id = 'overdraft'
    group by customer_key
),

lots as (
    select
        *,
        case when lot_status = 'open' then expires_on end as planned_expiry_on,
        min(case when lot_status = 'open' then expires_on end) over (partition by customer_key)
            as next_expiry_date
    from {{ ref('loyalty_point_lots') }}
),

lot_totals as (
    select
        customer_key,
        next_expiry_date,
        sum(redeemed_points) / sum(points) as redemption_ratio,
        sum(case when lot_status = 'overdue' then remaining_points else 0 end) as points_overdue,
        sum(case when planned_expiry_on = next_expiry_date then remaining_points end)
            as next_expiry_points,
        sum(
            case
                when planned_expiry_on <= {{ days_after(as_of_date(), 30) }} then remaining_points
                else 0
            end
        ) as points_expiring_30d,
        sum(
            case
                when planned_expiry_on <= {{ days_after(as_of_date(), 90) }} then remaining_points
                else 0
            end
        ) as points_expiring_90d
    from lots
    group by
        customer_key,
        next_expiry_date
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        memberships.customer_key is not null as is_member,
        coalesce(memberships.membership_count, 0) as membership_count,
        customers.loyalty_joined_date,
        customers.loyalty_tier_id,
        tiers.tier_name as loyalty_tier_name,
        tiers.tier_name_zh as loyalty_tier_zh,
        tier_periods.tier_entered_date as tier_since_date,
        tier_periods.previous_tier_id,
        coalesce(memberships.tier_upgrade_count, 0) as tier_upgrade_count,
        coalesce(memberships.tier_downgrade_count, 0) as tier_downgrade_count,
        {%- for measure in ('balance', 'earned', 'redeemed', 'expired', 'adjusted') %}
        cast(coalesce(points.points_{{ measure }}, 0) as bigint) as points_{{ measure }},
        {%- endfor %}
        cast(coalesce(overdrafts.points_overdrawn, 0) as bigint) as points_overdrawn,
        cast(coalesce(lot_totals.points_overdue, 0) as bigint) as points_overdue,
        cast(coalesce(lot_totals.points_expiring_30d, 0) as bigint) as points_expiring_30d,
        cast(coalesce(lot_totals.points_expiring_90d, 0) as bigint) as points_expiring_90d,
        lot_totals.next_expiry_date,
        cast(lot_totals.next_expiry_points as bigint) as next_expiry_points,
        cast(lot_totals.redemption_ratio as decimal(9, 6)) as redemption_ratio,
        points.last_points_date,
        referrals.referrals_made,
        referrals.referrals_converted,
        referrals.referral_depth,
        referrals.downstream_customer_count,
        referrals.downstream_margin_amount,
        referrals.advocacy_level,
        referrals.advocacy_level_zh
    from customers
    inner join {{ ref('customer_referrals') }} as referrals
        on customers.customer_key = referrals.customer_key
    left join tiers on customers.loyalty_tier_id = tiers.tier_id
    left join tier_periods
        on
            customers.loyalty_member_key = tier_periods.member_key
            and customers.loyalty_tier_id = tier_periods.tier_id
    left join memberships on customers.customer_key = memberships.customer_key
    left join points on customers.customer_key = points.customer_key
    left join overdrafts on customers.customer_key = overdrafts.customer_key
    left join lot_totals on customers.customer_key = lot_totals.customer_key
)

select * from final
