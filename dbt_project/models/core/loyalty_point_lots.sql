with

points_ledger as (
    select
        entry_id,
        member_key,
        customer_key,
        entry_kind,
        order_id,
        points,
        expires_on,
        occurred_at,
        occurred_date
    from {{ ref('fct_loyalty_points') }}
    where points > 0
),

uses as (
    select
        lot_entry_id,
        sum(case when entry_kind = 'redeem' then used_points else 0 end) as redeemed_points,
        sum(case when entry_kind = 'expire' then used_points else 0 end) as expired_points,
        sum(case when entry_kind in ('redeem', 'expire') then 0 else used_points end)
            as corrected_points,
        sum(used_points) as used_points,
        max(occurred_date) as last_used_date
    from {{ ref('loyalty_point_uses') }}
    where lot_entry_id <> 'overdraft'
    group by lot_entry_id
),

final as (
    select
        points_ledger.entry_id,
        points_ledger.member_key,
        points_ledger.customer_key,
        points_ledger.entry_kind,
        points_ledger.order_id,
        points_ledger.points,
        cast(coalesce(uses.redeemed_points, 0) as bigint) as redeemed_points,
        cast(coalesce(uses.expired_points, 0) as bigint) as expired_points,
        cast(coalesce(uses.corrected_points, 0) as bigint) as corrected_points,
        cast(points_ledger.points - coalesce(uses.used_points, 0) as bigint) as remaining_points,
        case
            when points_ledger.points = uses.used_points then 'used_up'
            when points_ledger.expires_on < {{ as_of_date() }} then 'overdue'
            else 'open'
        end as lot_status,
        points_ledger.expires_on,
        uses.last_used_date,
        points_ledger.occurred_at,
        points_ledger.occurred_date
    from points_ledger
    left join uses on points_ledger.entry_id = uses.lot_entry_id
)

select * from final
