-- More money back than the order brought in: the same refund delivered twice under two numbers, or
-- a refund booked to the wrong order.
select order_id
from {{ ref('fct_orders') }}
where refunded_amount > net_amount
