with
source as (
    {{ latest_rows(
        source('orders', 'order_headers'),
        key=['basket_id'],
        order_by=['updated_at'],
        where=up_to_as_of('updated_at')
    ) }}
),

final as (
    select
        {{ to_id('basket_id') }} as order_id,
        {{ to_id('household_id') }} as shop_customer_id,
        channel as channel_id,
        status as order_status,
        payment_method,
        placed_at,
        updated_at
    from source
)

select * from final
