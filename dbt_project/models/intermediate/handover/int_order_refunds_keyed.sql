with

refunds as (
    select
        order_id,
        count(*) as refund_count
    from {{ ref('int_refunds_keyed') }}
    group by order_id
),

unborne as (
    select
        order_id,
        sum(refund_amount) as refund_amount
    from {{ ref('int_refund_lines_keyed') }}
    where order_line_id is null
    group by order_id
),

final as (
    select
        refunds.order_id,
        refunds.refund_count,
        coalesce(unborne.refund_amount, 0) as unborne_refund_amount
    from refunds
    left join unborne
        on refunds.order_id = unborne.order_id
)

select * from final
