-- First in, first out, without recursion. The points of a membership are laid on a line in the
-- order in which they came; what goes out is laid on the same line in the order in which it went.
-- Where a lot or a use begins, the line is cut; each piece belongs to exactly one lot and one use.
-- Uses that reach beyond the end of the lots have no lot: the overdraft.
with

entries as (
    select
        entry_id,
        member_key,
        customer_key,
        entry_kind,
        points,
        occurred_at,
        occurred_date
    from {{ ref('fct_loyalty_points') }}
    where points <> 0
),

laid_out as (
    select
        *,
        points > 0 as is_lot,
        row_number() over (
            partition by member_key, points > 0 order by {{ ledger_order() }}
        ) as entry_number,
        sum(abs(points)) over (
            partition by member_key, points > 0
            order by {{ ledger_order() }}
            rows between unbounded preceding and current row
        ) as ends_at_point
    from entries
),

-- The end of the lots, and of the uses, is a cut too: there begins a number that nobody has.
cuts as (
    select
        member_key,
        ends_at_point - abs(points) as begins_at_point,
        case when is_lot then entry_number end as lot_number,
        case when not is_lot then entry_number end as use_number
    from laid_out
    union all
    select
        member_key,
        max(ends_at_point) as begins_at_point,
        case when is_lot then max(entry_number) + 1 end as lot_number,
        case when not is_lot then max(entry_number) + 1 end as use_number
    from laid_out
    group by
        member_key,
        is_lot
),

places as (
    select
        member_key,
        begins_at_point,
        max(lot_number) as lot_number,
        max(use_number) as use_number
    from cuts
    group by
        member_key,
        begins_at_point
),

pieces as (
    select
        member_key,
        max(lot_number) over (
            partition by member_key
            order by begins_at_point
            rows between unbounded preceding and current row
        ) as lot_number,
        max(use_number) over (
            partition by member_key
            order by begins_at_point
            rows between unbounded preceding and current row
        ) as use_number,
        lead(begins_at_point) over (
            partition by member_key order by begins_at_point
        ) - begins_at_point as used_points
    from places
),

final as (
    select
        uses.entry_id,
        coalesce(lots.entry_id, 'overdraft') as lot_entry_id,
        uses.member_key,
        uses.customer_key,
        uses.entry_kind,
        cast(pieces.used_points as bigint) as used_points,
        coalesce(lots.occurred_at > uses.occurred_at, false) as is_used_before_earned,
        lots.occurred_date as earned_date,
        uses.occurred_at,
        uses.occurred_date
    from pieces
    inner join laid_out as uses
        on
            pieces.member_key = uses.member_key
            and pieces.use_number = uses.entry_number
            and not uses.is_lot
    left join laid_out as lots
        on
            pieces.member_key = lots.member_key
            and pieces.lot_number = lots.entry_number
            and lots.is_lot
)

select * from final
