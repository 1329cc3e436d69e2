with
source as (
    {{ latest_rows(
        source('orders', 'customers'),
        key=['customer_id', 'updated_at'],
        order_by=['updated_at'],
        where=up_to_as_of('updated_at')
    ) }}
),

final as (
    select
        {{ to_id('customer_id') }} as shop_customer_id,
        {{ clean_text('full_name') }} as full_name,
        {{ clean_text('mobile') }} as mobile,
        {{ clean_text('email') }} as email,
        {{ known_gender('gender') }} as gender,
        birth_date,
        {{ clean_text('city') }} as city,
        {{ clean_text('region') }} as region,
        {{ clean_text('country') }} as country,
        {{ clean_text('address') }} as address,
        {{ clean_text('preferred_language') }} as preferred_language,
        coalesce(is_test, false) as is_test,
        registered_at,
        updated_at
    from source
)

select * from final
