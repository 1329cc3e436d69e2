-- A refund that names a product of the order is one of that line. Any other is shared by what the
-- refunds before it left of the lines, so its shares depend on them: an order that has such a
-- refund is worked through refund by refund. Amounts are in the currency of the order.
with recursive

refunds as (
    select * from {{ ref('int_refunds_keyed') }}
),

refunded_orders as (
    select distinct order_id from refunds
),

order_lines as (
    select
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.product_id,
        order_lines.net_amount - coalesce(shares.order_discount_amount, 0) as net_amount
    from {{ ref('stg_orders__order_lines') }} as order_lines
    inner join refunded_orders
        on order_lines.order_id = refunded_orders.order_id
    left join {{ ref('int_order_discount_shares_keyed') }} as shares
        on order_lines.order_line_id = shares.order_line_id
),

orders_with_lines as (
    select distinct order_id from order_lines
),

numbered as (
    select
        refunds.refund_id,
        refunds.order_id,
        refunds.refund_amount,
        order_lines.order_line_id,
        order_lines.order_line_id is null and orders_with_lines.order_id is not null
            as is_split,
        row_number() over (
            partition by refunds.order_id
            order by refunds.refunded_at, refunds.refund_id
        ) as step
    from refunds
    left join order_lines
        on
            refunds.order_id = order_lines.order_id
            and refunds.product_id = order_lines.product_id
    left join orders_with_lines
        on refunds.order_id = orders_with_lines.order_id
),

split_orders as (
    select distinct order_id
    from numbered
    where is_split
),

split_refunds as (
    select numbered.*
    from numbered
    inner join split_orders on numbered.order_id = split_orders.order_id
),

steps as (
    select
        order_lines.order_id,
        order_lines.order_line_id,
        cast(0 as bigint) as step,
        cast(null as varchar) as refund_id,
        false as is_split,
        cast(0 as decimal(18, 2)) as refund_amount,
        cast(order_lines.net_amount as decimal(18, 2)) as left_amount
    from order_lines
    inner join split_orders on order_lines.order_id = split_orders.order_id

    union all

    select
        order_id,
        order_line_id,
        step,
        refund_id,
        is_split,
        share_amount as refund_amount,
        cast(left_amount - share_amount as decimal(18, 2)) as left_amount
    from (
        {{ split_by_weight(
            '(
                select
                    steps.order_id,
                    steps.order_line_id,
                    split_refunds.step,
                    split_refunds.refund_id,
                    split_refunds.is_split,
                    split_refunds.refund_amount,
                    steps.left_amount,
                    case
                        when split_refunds.is_split then steps.left_amount
                        when split_refunds.order_line_id = steps.order_line_id then 1
                        else 0
                    end as weight
                from steps
                inner join split_refunds
                    on
                        steps.order_id = split_refunds.order_id
                        and split_refunds.step = steps.step + 1
            )',
            whole='order_id',
            part='order_line_id',
            amount='refund_amount',
            weight='weight'
        ) }}
    ) as shared
),

final as (
    select
        numbered.refund_id,
        numbered.order_id,
        numbered.order_line_id,
        false as is_split,
        numbered.refund_amount
    from numbered
    left join split_orders on numbered.order_id = split_orders.order_id
    where split_orders.order_id is null

    union all

    select
        refund_id,
        order_id,
        order_line_id,
        is_split,
        refund_amount
    from steps
    where step > 0 and refund_amount > 0
)

select * from final
