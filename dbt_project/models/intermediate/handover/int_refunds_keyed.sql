-- A refund names no customer: core gives it the one of its order.
with

refunds as (
    select * from {{ ref('stg_orders__refunds') }}
),

redacted_refunds as (
    {{ with_redacted_texts('refunds', ['reason']) }}
),

final as (
    select
        refund_id,
        order_id,
        product_id,
        refund_amount,
        redacted_reason as refund_reason,
        refunded_at,
        {{ to_business_date('refunded_at') }} as refunded_date
    from redacted_refunds
)

select * from final
