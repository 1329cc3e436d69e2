-- What the lines of a refund give back is the refund; what the refunds of a line give back is what
-- the line lost; and so for the order. To the cent, in the currency of the order and in ours.
with

refunds as (
    select * from {{ ref('fct_refunds') }}
),

refund_lines as (
    select * from {{ ref('fct_refund_lines') }}
),

of_refunds as (
    select
        refund_id,
        sum(refund_amount) as refund_amount,
        sum(source_refund_amount) as source_refund_amount
    from refund_lines
    group by refund_id
),

of_lines as (
    select
        order_line_id,
        sum(refund_amount) as refund_amount
    from refund_lines
    group by order_line_id
),

of_orders as (
    select
        order_id,
        sum(refund_amount) as refund_amount
    from refund_lines
    group by order_id
)

select refunds.refund_id as broken_id
from refunds
left join of_refunds
    on refunds.refund_id = of_refunds.refund_id
where
    refunds.refund_amount <> coalesce(of_refunds.refund_amount, 0)
    or refunds.source_refund_amount <> coalesce(of_refunds.source_refund_amount, 0)

union all

select order_lines.order_line_id as broken_id
from {{ ref('fct_order_lines') }} as order_lines
left join of_lines
    on order_lines.order_line_id = of_lines.order_line_id
where order_lines.refunded_amount <> coalesce(of_lines.refund_amount, 0)

union all

select orders.order_id as broken_id
from {{ ref('fct_orders') }} as orders
left join of_orders
    on orders.order_id = of_orders.order_id
where orders.refunded_amount <> coalesce(of_orders.refund_amount, 0)
