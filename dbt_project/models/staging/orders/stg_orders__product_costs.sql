-- A cost holds from its day on, or since ever: one that is announced must not hide today's.
with
costs as (
    select
        product_id,
        unit_cost,
        currency,
        basis,
        coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
        _loaded_at,
        _position,
        _row_hash
    from {{ source('orders', 'product_costs') }}
),

source as (
    {{ latest_rows(
        'costs',
        key=['product_id', 'valid_from'],
        where=up_to_as_of_date('valid_from')
    ) }}
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
