with
source as (
    {{ latest_rows(
        source('orders', 'refunds'),
        key=['refund_id'],
        where=up_to_as_of('refunded_at')
    ) }}
),

final as (
    select
        refund_id,
        {{ to_id('basket_id') }} as order_id,
        {{ to_id('product_id') }} as product_id,
        refund_amount,
        {{ clean_text('reason') }} as reason,
        refunded_at
    from source
)

select * from final
