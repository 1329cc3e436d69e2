-- What the kept versions of the sources said of a customer, and from which day on: place and tier.
-- The place of today is as coarse as the customer's own; other places are generalised where the
-- history is put together (dim_customers_history), since not all of them are in it.
with

places as (
    select
        place_key,
        geography_key
    from {{ ref('int_geographies_keyed') }}
),

attributes as (
    select
        customer_key,
        geography_key
    from {{ ref('int_customer_attributes') }}
),

customers as (
    select
        customer_key,
        geography_key
    from {{ ref('int_customers_keyed') }}
),

customer_records as (
    select
        source,
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where is_current
),

place_versions as (
    select
        'orders.customers' as source,
        shop_customer_id as source_record_id,
        {{ place_key('country', 'region', 'city') }} as place_key,
        updated_at as changed_at
    from {{ ref('stg_orders__customers') }}
    union all
    select
        'crm_zoho.contacts' as source,
        contact_id as source_record_id,
        {{ place_key('country', 'region', 'city') }} as place_key,
        modified_at as changed_at
    from {{ ref('stg_crm_zoho__contacts') }}
    union all
    select
        'crm_fxiaoke.contacts' as source,
        contact_id as source_record_id,
        {{ place_key('null', 'null', 'city') }} as place_key,
        modified_at as changed_at
    from {{ ref('stg_crm_fxiaoke__contacts') }}
    union all
    select
        'social.profiles' as source,
        platform || ':' || profile_id as source_record_id,
        {{ place_key('country', 'null', 'city') }} as place_key,
        updated_at as changed_at
    from {{ ref('stg_social__profiles') }}
),

tier_versions as (
    select
        'loyalty.members' as source,
        member_id as source_record_id,
        tier_id as loyalty_tier_id,
        updated_at as changed_at
    from {{ ref('stg_loyalty__members') }}
),

versions as (
    select
        place_versions.source,
        place_versions.source_record_id,
        nullif(places.geography_key, 'unknown') as geography_key,
        cast(null as {{ dbt.type_string() }}) as loyalty_tier_id,
        place_versions.changed_at
    from place_versions
    left join places
        on place_versions.place_key = places.place_key
    union all
    select
        source,
        source_record_id,
        cast(null as {{ dbt.type_string() }}) as geography_key,
        loyalty_tier_id,
        changed_at
    from tier_versions
),

final as (
    select
        customer_records.customer_key,
        versions.source as source_object,
        case
            when versions.geography_key = attributes.geography_key then customers.geography_key
            else versions.geography_key
        end as geography_key,
        versions.loyalty_tier_id,
        versions.changed_at,
        {{ to_business_date('versions.changed_at') }} as changed_date
    from versions
    inner join customer_records
        on
            versions.source = customer_records.source
            and versions.source_record_id = customer_records.source_record_id
    left join attributes
        on customer_records.customer_key = attributes.customer_key
    left join customers
        on customer_records.customer_key = customers.customer_key
)

select * from final
