-- The shares of the lines are exactly the discount of the order, in its own currency; an order
-- without lines has nobody to share it.
with

discounts as (
    select
        order_id,
        order_discount_amount
    from {{ ref('int_order_headers_keyed') }}
),

shares as (
    select
        order_id,
        sum(order_discount_amount) as shared_amount
    from {{ ref('int_order_lines_keyed') }}
    group by order_id
)

select discounts.order_id
from discounts
inner join shares
    on discounts.order_id = shares.order_id
where discounts.order_discount_amount <> shares.shared_amount
