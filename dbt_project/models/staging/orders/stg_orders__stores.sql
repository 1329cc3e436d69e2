with
source as (
    {{ latest_rows(source('orders', 'stores'), key=['store_id']) }}
),

final as (
    select
        {{ to_id('store_id') }} as store_id,
        {{ clean_text('store_name') }} as store_name,
        {{ clean_text('city') }} as city,
        {{ clean_text('region') }} as region,
        {{ clean_text('country') }} as country,
        opened_on
    from source
)

select * from final
