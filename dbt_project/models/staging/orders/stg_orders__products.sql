with
source as (
    {{ latest_rows(source('orders', 'products'), key=['product_id']) }}
),

final as (
    select
        {{ to_id('product_id') }} as product_id,
        {{ to_id('manufacturer_id') }} as manufacturer_id,
        {{ clean_text('department') }} as department,
        {{ clean_text('brand') }} as brand,
        {{ clean_text('product_category') }} as product_category,
        {{ clean_text('product_type') }} as product_type,
        {{ clean_text('package_size') }} as package_size
    from source
)

select * from final
