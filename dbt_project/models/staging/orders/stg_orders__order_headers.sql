with
source as (
    {{ latest_rows(
        source('orders', 'order_headers'),
        key=['basket_id', 'updated_at'],
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
        currency as currency_code,
        discount_amount as order_discount_amount,
        shipping_amount,
        tax_amount,
        total_amount,
        placed_at,
        updated_at,
        row_number() over (
            partition by basket_id order by updated_at desc
        ) = 1 as is_current_version
    from source
)

select * from final
