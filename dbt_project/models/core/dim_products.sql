with

products as (
    select * from {{ ref('int_products_keyed') }}
),

current_versions as (
    select * from {{ ref('dim_products_history') }}
    where is_current
),

exchange_rates as (
    select
        currency_code,
        rate_to_reporting
    from {{ ref('exchange_rates') }}
    where date_day = {{ as_of_date() }}
),

final as (
    select
        current_versions.product_id,
        products.product_id is null as is_unknown,
        products.manufacturer_id,
        current_versions.department,
        current_versions.brand,
        current_versions.product_category,
        current_versions.product_type,
        products.package_size,
        cast(
            round(
                current_versions.source_unit_cost * case
                    when current_versions.cost_currency_code = '{{ var("reporting_currency") }}'
                        then 1
                    else exchange_rates.rate_to_reporting
                end,
                6
            ) as decimal(18, 6)
        ) as unit_cost,
        current_versions.cost_basis
    from current_versions
    left join products
        on current_versions.product_id = products.product_id
    left join exchange_rates
        on current_versions.cost_currency_code = exchange_rates.currency_code
)

select * from final
