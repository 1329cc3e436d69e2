-- Slowly changing dimension (type 2) out of the dated versions, rebuilt for any as_of. A version
-- tells what changed; the rest is carried on. What no version tells is as the catalogue says, and a
-- cost that is told for the first time counts for the days before it too, and is flagged.
with

products as (
    select * from {{ ref('int_products_keyed') }}
),

versions as (
    select * from {{ ref('int_product_versions_keyed') }}
    where {{ up_to_as_of_date('valid_from') }}
),

-- Every product has a version from the beginning.
told as (
    select
        versions.product_id,
        versions.valid_from,
        versions.department,
        versions.brand,
        versions.product_category,
        versions.product_type,
        versions.source_unit_cost,
        versions.cost_currency_code,
        versions.cost_basis
    from versions
    inner join products on versions.product_id = products.product_id
    union all
    select
        products.product_id,
        cast('1900-01-01' as date) as valid_from,
        null as department,
        null as brand,
        null as product_category,
        null as product_type,
        null as source_unit_cost,
        null as cost_currency_code,
        null as cost_basis
    from products
    left join versions
        on
            products.product_id = versions.product_id
            and versions.valid_from = cast('1900-01-01' as date)
    where versions.product_id is null
),

{%- set attributes = ['department', 'brand', 'product_category', 'product_type'] %}
{%- set cost = ['source_unit_cost', 'cost_currency_code', 'cost_basis'] %}

carried as (
    select
        told.product_id,
        told.valid_from,
        {%- for column in attributes %}
        coalesce(
            last_value(told.{{ column }} ignore nulls) over so_far, products.{{ column }}
        ) as {{ column }},
        {%- endfor %}
        {%- for column in cost %}
        coalesce(
            last_value(told.{{ column }} ignore nulls) over so_far,
            first_value(told.{{ column }} ignore nulls) over from_here
        ) as {{ column }},
        {%- endfor %}
        last_value(told.source_unit_cost ignore nulls) over so_far is null
        and first_value(told.source_unit_cost ignore nulls) over from_here is not null
            as is_cost_backdated
    from told
    inner join products on told.product_id = products.product_id
    window
        so_far as (
            partition by told.product_id
            order by told.valid_from
            rows between unbounded preceding and current row
        ),
        from_here as (
            partition by told.product_id
            order by told.valid_from
            rows between current row and unbounded following
        )
),

compared as (
    select
        *,
        {{ surrogate_key(attributes + cost + ['is_cost_backdated']) }} as state,
        lag({{ surrogate_key(attributes + cost + ['is_cost_backdated']) }}) over (
            partition by product_id order by valid_from
        ) as previous_state
    from carried
),

periods as (
    select
        *,
        lead(valid_from) over by_day as next_valid_from,
        row_number() over by_day as version_number
    from compared
    where previous_state is null or state <> previous_state
    window by_day as (partition by product_id order by valid_from)
),

final as (
    select
        {{ surrogate_key(['product_id', 'valid_from']) }} as product_version_key,
        product_id,
        valid_from,
        {{ days_after('next_valid_from', -1) }} as valid_to,
        next_valid_from is null as is_current,
        cast(version_number as integer) as version_number,
        department,
        brand,
        product_category,
        product_type,
        cast(source_unit_cost as decimal(18, 6)) as source_unit_cost,
        cost_currency_code,
        nullif(cost_basis, '') as cost_basis,
        is_cost_backdated
    from periods
    union all
    select
        'unknown' as product_version_key,
        'unknown' as product_id,
        cast('1900-01-01' as date) as valid_from,
        null as valid_to,
        true as is_current,
        1 as version_number,
        null as department,
        null as brand,
        null as product_category,
        null as product_type,
        null as source_unit_cost,
        null as cost_currency_code,
        null as cost_basis,
        false as is_cost_backdated
)

select * from final
