{#- A table: DuckDB refuses a view in the database `vault` that reads its schema `vault`. -#}
{{ config(materialized='table') }}

-- The attributes of a person that do not say who it is: bands instead of the birth date, the city
-- instead of the address. Together they may still be those of one person only, so only the other
-- models of the hand-over read this; int_customers_keyed generalises what is rare.
with

customers as (
    select * from {{ ref('int_customers') }}
),

golden_records as (
    select
        customer_key,
        lower(gender) as gender,
        birth_date,
        {{ place_key('country', 'region', 'city') }} as place_key,
        preferred_language
    from {{ ref('customer_pii') }}
),

places as (
    select
        place_key,
        geography_key,
        country,
        region,
        city
    from {{ ref('int_geographies_keyed') }}
),

age_bands as (
    select * from {{ ref('age_bands') }}
),

customer_records as (
    select
        source,
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where is_current
),

identity_records as (
    select
        source,
        source_record_id,
        first_seen_at
    from {{ ref('int_identity_records') }}
),

first_records as (
    select
        customer_records.customer_key,
        customer_records.source as source_object,
        row_number() over (
            partition by customer_records.customer_key
            order by identity_records.first_seen_at nulls last, customer_records.source
        ) as record_number
    from customer_records
    inner join identity_records
        on
            customer_records.source = identity_records.source
            and customer_records.source_record_id = identity_records.source_record_id
),

-- A customer with several shop accounts takes the survey of the lowest account number.
households as (
    select
        customer_records.customer_key,
        demographics.age_band,
        demographics.income_band,
        demographics.household_composition,
        demographics.kids_count,
        row_number() over (
            partition by customer_records.customer_key
            order by length(demographics.shop_customer_id), demographics.shop_customer_id
        ) as household_number
    from {{ ref('stg_orders__demographics') }} as demographics
    inner join customer_records
        on
            demographics.shop_customer_id = customer_records.source_record_id
            and customer_records.source = 'orders.customers'
),

member_versions as (
    select
        member_id,
        tier_id,
        joined_at,
        updated_at,
        row_number() over (partition by member_id order by updated_at desc) as version_rank
    from {{ ref('stg_loyalty__members') }}
),

-- Several memberships of one person: the one that changed last counts (as in the history of the
-- customer), and the day of the first joining.
memberships as (
    select
        customer_records.customer_key,
        {{ member_key('member_versions.member_id') }} as member_key,
        member_versions.tier_id,
        min(member_versions.joined_at) over (partition by customer_records.customer_key)
            as joined_at,
        row_number() over (
            partition by customer_records.customer_key
            order by
                member_versions.updated_at desc,
                member_versions.tier_id asc,
                member_versions.member_id asc
        ) as membership_number
    from member_versions
    inner join customer_records
        on
            member_versions.member_id = customer_records.source_record_id
            and customer_records.source = 'loyalty.members'
    where member_versions.version_rank = 1
),

final as (
    select
        customers.customer_key,
        {{ to_business_date('customers.first_seen_at') }} as first_seen_date,
        first_records.source_object as acquisition_source,
        coalesce(households.age_band, age_bands.age_band) as age_band,
        households.income_band,
        households.household_composition,
        households.kids_count,
        case
            when golden_records.gender in ('female', 'f', '女', '2') then 'female'
            when golden_records.gender in ('male', 'm', '男', '1') then 'male'
            when golden_records.gender is not null then 'other'
        end as gender,
        coalesce(places.geography_key, 'unknown') as geography_key,
        places.country,
        places.region,
        places.city,
        golden_records.preferred_language,
        memberships.tier_id as loyalty_tier_id,
        memberships.member_key as loyalty_member_key,
        {{ to_business_date('memberships.joined_at') }} as loyalty_joined_date,
        customers.source_count,
        customers.record_count,
        customers.is_test as is_test_account,
        customers.is_deleted
    from customers
    left join golden_records
        on customers.customer_key = golden_records.customer_key
    left join places
        on golden_records.place_key = places.place_key
    left join age_bands
        on {{ age_on('golden_records.birth_date') }} between age_bands.age_min and age_bands.age_max
    left join first_records
        on
            customers.customer_key = first_records.customer_key
            and first_records.record_number = 1
    left join households
        on
            customers.customer_key = households.customer_key
            and households.household_number = 1
    left join memberships
        on
            customers.customer_key = memberships.customer_key
            and memberships.membership_number = 1
)

select * from final
