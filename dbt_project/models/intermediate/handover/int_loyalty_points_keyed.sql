with

points_ledger as (
    select * from {{ ref('stg_loyalty__points_ledger') }}
),

member_customers as (
    select
        source_record_id as member_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where source = 'loyalty.members' and is_current
),

final as (
    select
        points_ledger.entry_id,
        coalesce(member_customers.customer_key, 'unknown') as customer_key,
        points_ledger.entry_kind,
        points_ledger.points,
        points_ledger.order_id,
        points_ledger.expires_on,
        points_ledger.occurred_at,
        {{ to_business_date('points_ledger.occurred_at') }} as occurred_date
    from points_ledger
    left join member_customers
        on points_ledger.member_id = member_customers.member_id
)

select * from final
