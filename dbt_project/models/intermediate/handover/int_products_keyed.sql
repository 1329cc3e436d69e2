with

products as (
    select * from {{ ref('stg_orders__products') }}
),

-- A cost in another currency is no cost here until there are exchange rates to convert it with.
product_costs as (
    select
        product_id,
        unit_cost,
        cost_basis
    from {{ ref('stg_orders__product_costs') }}
    where currency_code = '{{ var("reporting_currency") }}'
),

final as (
    select
        products.product_id,
        products.manufacturer_id,
        products.department,
        products.brand,
        products.product_category,
        products.product_type,
        products.package_size,
        product_costs.unit_cost,
        product_costs.cost_basis
    from products
    left join product_costs
        on products.product_id = product_costs.product_id
)

select * from final
