-- A new version of a membership with the tier it had is no period of its own.
with

versions as (
    select * from {{ ref('int_loyalty_tiers_keyed') }}
),

tiers as (
    select
        tier_id,
        tier_rank
    from {{ ref('loyalty_tiers') }}
),

compared as (
    select
        versions.member_key,
        versions.customer_key,
        versions.tier_id,
        tiers.tier_rank,
        versions.joined_at,
        versions.updated_at,
        lag(versions.tier_id) over (
            partition by versions.member_key order by versions.updated_at
        ) as previous_tier_id,
        lag(tiers.tier_rank) over (
            partition by versions.member_key order by versions.updated_at
        ) as previous_tier_rank
    from versions
    inner join tiers on versions.tier_id = tiers.tier_id
),

periods as (
    select
        *,
        row_number() over (partition by member_key order by updated_at) as tier_period_number,
        lead(updated_at) over (partition by member_key order by updated_at) as left_at
    from compared
    where previous_tier_id is null or previous_tier_id <> tier_id
),

final as (
    select
        member_key,
        customer_key,
        cast(tier_period_number as bigint) as tier_period_number,
        tier_id,
        previous_tier_id,
        case
            when previous_tier_rank < tier_rank then 'upgrade'
            when previous_tier_rank > tier_rank then 'downgrade'
            when joined_at = updated_at then 'joined'
            else 'first_known'
        end as tier_change,
        updated_at as tier_entered_at,
        {{ to_business_date('updated_at') }} as tier_entered_date,
        left_at as tier_left_at,
        {{ to_business_date('left_at') }} as tier_left_date,
        left_at is null as is_current
    from periods
)

select * from final
