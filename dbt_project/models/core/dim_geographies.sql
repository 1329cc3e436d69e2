with

places as (
    select distinct
        geography_key,
        country,
        region,
        city
    from {{ ref('int_geographies_keyed') }}
    where geography_key <> 'unknown'
),

final as (
    select
        geography_key,
        false as is_unknown,
        country,
        region,
        city
    from places
    union all
    select
        'unknown' as geography_key,
        true as is_unknown,
        null as country,
        null as region,
        null as city
)

select * from final
