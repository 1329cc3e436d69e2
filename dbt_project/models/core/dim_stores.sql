with

stores as (
    select * from {{ ref('int_stores_keyed') }}
),

geographies as (
    select
        geography_key,
        country,
        region,
        city
    from {{ ref('dim_geographies') }}
),

final as (
    select
        stores.store_id,
        false as is_unknown,
        stores.store_name,
        stores.geography_key,
        geographies.city,
        geographies.region,
        geographies.country,
        stores.opened_date
    from stores
    left join geographies
        on stores.geography_key = geographies.geography_key
    union all
    select
        'unknown' as store_id,
        true as is_unknown,
        null as store_name,
        'unknown' as geography_key,
        null as city,
        null as region,
        null as country,
        null as opened_date
)

select * from final
