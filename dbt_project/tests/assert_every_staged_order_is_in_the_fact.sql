-- Orders are those of the lines and of the headers together.
with

staged as (
    select order_id
    from {{ ref('stg_orders__order_lines') }}
    union
    select order_id
    from {{ ref('stg_orders__order_headers') }}
),

orders as (
    select order_id
    from {{ ref('fct_orders') }}
)

select coalesce(staged.order_id, orders.order_id) as order_id
from staged
full outer join orders
    on staged.order_id = orders.order_id
where staged.order_id is null or orders.order_id is null
