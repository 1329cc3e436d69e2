-- A refund names no customer: core gives it the one of its order.
with

refunds as (
    select * from {{ ref('stg_orders__refunds') }}
),

final as (
    select
        refund_id,
        order_id,
        product_id,
        refund_amount,
        {{ redact_text('reason') }} as refund_reason,
        refunded_at,
        {{ to_business_date('refunded_at') }} as refunded_date
    from refunds
)

select * from final
