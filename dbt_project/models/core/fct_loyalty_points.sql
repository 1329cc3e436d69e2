with

points_ledger as (
    select * from {{ ref('int_loyalty_points_keyed') }}
),

final as (
    select
        entry_id,
        member_key,
        customer_key,
        entry_kind,
        points,
        cast(
            sum(points) over (
                partition by member_key
                order by {{ ledger_order() }}
                rows between unbounded preceding and current row
            ) as bigint
        ) as balance_after_points,
        order_id,
        expires_on,
        occurred_at,
        occurred_date
    from points_ledger
)

select * from final
