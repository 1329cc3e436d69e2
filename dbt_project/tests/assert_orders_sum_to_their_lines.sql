-- Every amount of an order is the sum over its lines, to the cent; no line is without its order.
with

orders as (
    select * from {{ ref('fct_orders') }}
),

line_totals as (
    select
        order_id,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as net_amount,
        sum(cost_amount) as cost_amount,
        sum(margin_amount) as margin_amount,
        sum(order_discount_amount) as order_discount_amount,
        sum(kept_net_amount) as kept_net_amount,
        sum(kept_margin_amount) as kept_margin_amount
    from {{ ref('fct_order_lines') }}
    group by order_id
)

select coalesce(orders.order_id, line_totals.order_id) as order_id
from orders
full outer join line_totals
    on orders.order_id = line_totals.order_id
where
    orders.order_id is null
    or orders.line_count <> coalesce(line_totals.line_count, 0)
    or orders.quantity <> coalesce(line_totals.quantity, 0)
    or orders.gross_amount <> coalesce(line_totals.gross_amount, 0)
    or orders.discount_amount <> coalesce(line_totals.discount_amount, 0)
    or orders.net_amount <> coalesce(line_totals.net_amount, 0)
    or orders.cost_amount <> coalesce(line_totals.cost_amount, 0)
    or orders.margin_amount <> coalesce(line_totals.margin_amount, 0)
    or orders.order_discount_amount <> coalesce(line_totals.order_discount_amount, 0)
    or (
        line_totals.order_id is not null
        and (
            orders.kept_net_amount <> line_totals.kept_net_amount
            or orders.kept_margin_amount <> line_totals.kept_margin_amount
        )
    )
