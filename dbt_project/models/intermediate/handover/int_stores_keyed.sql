with

stores as (
    select * from {{ ref('stg_orders__stores') }}
),

places as (
    select
        place_key,
        geography_key
    from {{ ref('int_geographies_keyed') }}
),

final as (
    select
        stores.store_id,
        stores.store_name,
        coalesce(places.geography_key, 'unknown') as geography_key,
        stores.opened_on as opened_date
    from stores
    left join places
        on {{ place_key('stores.country', 'stores.region', 'stores.city') }} = places.place_key
    where stores.opened_on is null or {{ up_to_as_of_date('stores.opened_on') }}
)

select * from final
