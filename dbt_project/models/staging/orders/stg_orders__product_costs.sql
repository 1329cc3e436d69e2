with
source as (
    {{ latest_rows(source('orders', 'product_costs'), key=['product_id']) }}
),

final as (
    select
        {{ to_id('product_id') }} as product_id,
        unit_cost,
        currency as currency_code,
        basis as cost_basis,
        valid_from
    from source
)

select * from final
