with

products as (
    select * from {{ ref('int_products_keyed') }}
),

final as (
    select
        product_id,
        false as is_unknown,
        manufacturer_id,
        department,
        brand,
        product_category,
        product_type,
        package_size,
        cast(unit_cost as decimal(18, 6)) as unit_cost,
        cost_basis
    from products
    union all
    select
        'unknown' as product_id,
        true as is_unknown,
        null as manufacturer_id,
        null as department,
        null as brand,
        null as product_category,
        null as product_type,
        null as package_size,
        null as unit_cost,
        null as cost_basis
)

select * from final
