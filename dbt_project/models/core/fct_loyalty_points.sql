with

points_ledger as (
    select * from {{ ref('int_loyalty_points_keyed') }}
),

final as (
    select
        entry_id,
        customer_key,
        entry_kind,
        points,
        order_id,
        expires_on,
        occurred_at,
        occurred_date
    from points_ledger
)

select * from final
