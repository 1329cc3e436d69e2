with
source as (
    {{ latest_rows(
        source('orders', 'product_versions'),
        key=['product_id', 'valid_from'],
        where=up_to_as_of_date('valid_from')
    ) }}
),

final as (
    select
        {{ to_id('product_id') }} as product_id,
        valid_from,
        {{ clean_text('department') }} as department,
        {{ clean_text('brand') }} as brand,
        {{ clean_text('product_category') }} as product_category,
        {{ clean_text('product_type') }} as product_type,
        unit_cost,
        currency as currency_code,
        {{ clean_text('basis') }} as cost_basis
    from source
)

select * from final
