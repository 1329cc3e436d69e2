-- In the currency of the order, before anything is converted: there the shares are exact.
with

discounts as (
    select
        order_id,
        order_discount_amount
    from {{ ref('int_order_headers_keyed') }}
    where order_discount_amount > 0
),

order_lines as (
    select
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.net_amount,
        discounts.order_discount_amount
    from {{ ref('stg_orders__order_lines') }} as order_lines
    inner join discounts on order_lines.order_id = discounts.order_id
),

split as (
    {{ split_by_weight(
        'order_lines',
        whole='order_id',
        part='order_line_id',
        amount='order_discount_amount',
        weight='net_amount'
    ) }}
),

final as (
    select
        order_line_id,
        order_id,
        share_amount as order_discount_amount
    from split
)

select * from final
