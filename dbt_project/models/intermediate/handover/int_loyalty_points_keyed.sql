with

points_ledger as (
    select * from {{ ref('stg_loyalty__points_ledger') }}
),

member_customers as (
    {{ member_customers() }}
),

-- Once per member: the hash is the slow part, and a member has many entries.
member_keys as (
    select
        member_id,
        {{ member_key('member_id') }} as member_key
    from (select distinct member_id from points_ledger) as members
),

final as (
    select
        points_ledger.entry_id,
        member_keys.member_key,
        coalesce(member_customers.customer_key, 'unknown') as customer_key,
        points_ledger.entry_kind,
        points_ledger.points,
        points_ledger.order_id,
        points_ledger.expires_on,
        points_ledger.occurred_at,
        {{ to_business_date('points_ledger.occurred_at') }} as occurred_date
    from points_ledger
    inner join member_keys
        on points_ledger.member_id = member_keys.member_id
    left join member_customers
        on points_ledger.member_id = member_customers.member_id
)

select * from final
