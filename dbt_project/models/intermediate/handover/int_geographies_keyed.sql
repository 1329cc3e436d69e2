-- Sources write a place in different depth: one gives city, region and country, another the city
-- only. A city that is known in exactly one region and country is completed from there, so that
-- 上海 is one place and not three.
with

country_names as (
    select * from {{ ref('country_names') }}
),

written as (
    select
        country,
        region,
        city
    from {{ ref('stg_orders__customers') }}
    union
    select
        country,
        region,
        city
    from {{ ref('stg_orders__stores') }}
    where opened_on is null or {{ up_to_as_of_date('opened_on') }}
    union
    select
        country,
        region,
        city
    from {{ ref('stg_crm_zoho__contacts') }}
    union
    select
        country,
        null as region,
        city
    from {{ ref('stg_crm_zoho__accounts') }}
    union
    select
        null as country,
        null as region,
        city
    from {{ ref('stg_crm_fxiaoke__contacts') }}
    union
    select
        null as country,
        null as region,
        city
    from {{ ref('stg_crm_fxiaoke__accounts') }}
    union
    select
        country,
        null as region,
        city
    from {{ ref('stg_social__profiles') }}
),

with_codes as (
    select
        {{ place_key('written.country', 'written.region', 'written.city') }} as place_key,
        coalesce(country_names.country_code, written.country) as country,
        written.region,
        written.city
    from written
    left join country_names
        on lower(written.country) = country_names.country_name
),

complete_cities as (
    select
        city,
        min(region) as region,
        min(country) as country
    from with_codes
    where city is not null and region is not null and country is not null
    group by city
    having count(distinct country || '|' || region) = 1
),

completed as (
    select
        with_codes.place_key,
        case
            when with_codes.country is null or with_codes.country = complete_cities.country
                then coalesce(with_codes.region, complete_cities.region)
            else with_codes.region
        end as region,
        case
            when with_codes.region is null or with_codes.region = complete_cities.region
                then coalesce(with_codes.country, complete_cities.country)
            else with_codes.country
        end as country,
        with_codes.city
    from with_codes
    left join complete_cities
        on with_codes.city = complete_cities.city
),

-- The places that a place lies in: what is rare is published as its region or its country only.
wider as (
    select distinct
        {{ place_key('country', 'region', 'null') }} as place_key,
        country,
        region
    from completed
    where region is not null
    union
    select distinct
        {{ place_key('country', 'null', 'null') }} as place_key,
        country,
        null as region
    from completed
    where country is not null
),

places as (
    select
        place_key,
        country,
        region,
        city
    from completed
    union all
    select
        wider.place_key,
        wider.country,
        wider.region,
        null as city
    from wider
    left join completed
        on wider.place_key = completed.place_key
    where completed.place_key is null
),

final as (
    select
        place_key,
        {{ geography_key('country', 'region', 'city') }} as geography_key,
        country,
        region,
        city
    from places
)

select * from final
