with
source as (
    {{ latest_rows(
        source('loyalty', 'members'),
        key=['member_id', 'updated_at'],
        order_by=['updated_at'],
        where=up_to_as_of('updated_at')
    ) }}
),

tiers as (
    select
        tier_id,
        tier_name_zh
    from {{ ref('loyalty_tiers') }}
),

final as (
    select
        source.member_id,
        {{ to_id('source.customer_id') }} as shop_customer_id,
        tiers.tier_id,
        source.tier as tier_name,
        {{ clean_text('source.mobile') }} as mobile,
        {{ clean_text('source.email') }} as email,
        source.joined_at,
        source.updated_at
    from source
    left join tiers on source.tier = tiers.tier_name_zh
)

select * from final
