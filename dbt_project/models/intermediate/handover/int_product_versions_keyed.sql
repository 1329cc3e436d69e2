-- The list of costs is a version too: since its day. Where both tell of one day, the
-- version says what it knows.
with

costs as (
    select
        product_id,
        valid_from,
        unit_cost,
        currency_code,
        coalesce(cost_basis, '') as cost_basis
    from {{ ref('stg_orders__product_costs') }}
),

versions as (
    select * from {{ ref('stg_orders__product_versions') }}
),

final as (
    select
        coalesce(versions.product_id, costs.product_id) as product_id,
        coalesce(versions.valid_from, costs.valid_from) as valid_from,
        versions.department,
        versions.brand,
        versions.product_category,
        versions.product_type,
        coalesce(versions.unit_cost, costs.unit_cost) as source_unit_cost,
        case
            when versions.unit_cost is not null
                then coalesce(versions.currency_code, '{{ var("reporting_currency") }}')
            else costs.currency_code
        end as cost_currency_code,
        case
            when versions.unit_cost is not null then coalesce(versions.cost_basis, '')
            else costs.cost_basis
        end as cost_basis
    from versions
    full outer join costs
        on
            versions.product_id = costs.product_id
            and versions.valid_from = costs.valid_from
)

select * from final
