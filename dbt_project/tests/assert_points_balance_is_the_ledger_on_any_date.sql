-- After every day on which something happened: the lots that had come in, less what had left them,
-- are the sum of the ledger up to then, for each membership.
with

entries as (
    select
        member_key,
        occurred_date,
        sum(points) as ledger_points
    from {{ ref('fct_loyalty_points') }}
    group by
        member_key,
        occurred_date
),

movements as (
    select
        member_key,
        occurred_date,
        points as lot_points
    from {{ ref('loyalty_point_lots') }}
    union all
    select
        member_key,
        occurred_date,
        -used_points as lot_points
    from {{ ref('loyalty_point_uses') }}
),

moved as (
    select
        member_key,
        occurred_date,
        sum(lot_points) as lot_points
    from movements
    group by
        member_key,
        occurred_date
),

balances as (
    select
        entries.member_key,
        entries.occurred_date,
        sum(entries.ledger_points) over (
            partition by entries.member_key order by entries.occurred_date
        ) as ledger_balance,
        sum(coalesce(moved.lot_points, 0)) over (
            partition by entries.member_key order by entries.occurred_date
        ) as lot_balance
    from entries
    left join moved
        on
            entries.member_key = moved.member_key
            and entries.occurred_date = moved.occurred_date
)

select *
from balances
where ledger_balance <> lot_balance
