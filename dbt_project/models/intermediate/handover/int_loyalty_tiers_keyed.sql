with

members as (
    select * from {{ ref('stg_loyalty__members') }}
),

member_customers as (
    {{ member_customers() }}
),

final as (
    select
        {{ member_key('members.member_id') }} as member_key,
        coalesce(member_customers.customer_key, 'unknown') as customer_key,
        members.tier_id,
        members.joined_at,
        members.updated_at
    from members
    left join member_customers
        on members.member_id = member_customers.member_id
)

select * from final
