with

customers as (
    select * from {{ ref('int_customers_keyed') }}
),

geographies as (
    select
        geography_key,
        country,
        region,
        city
    from {{ ref('dim_geographies') }}
),

marketing_consents as (
    select distinct customer_key
    from {{ ref('bridge_customer_consents') }}
    where purpose = 'marketing' and is_granted and channel_id <> 'unknown'
),

final as (
    select
        customers.customer_key,
        false as is_unknown,
        'person' as customer_type,
        customers.first_seen_date,
        customers.acquisition_source,
        customers.age_band,
        customers.income_band,
        customers.household_composition,
        customers.kids_count,
        customers.gender,
        geographies.city,
        geographies.region,
        geographies.country,
        customers.geography_key,
        customers.preferred_language,
        customers.loyalty_tier_id,
        customers.loyalty_member_key,
        customers.loyalty_joined_date,
        cast(customers.source_count as bigint) as source_count,
        cast(customers.record_count as bigint) as record_count,
        customers.is_test_account,
        customers.is_deleted,
        -- The one place that says whom the customer marts count.
        not customers.is_test_account and not customers.is_deleted as is_counted,
        marketing_consents.customer_key is not null as is_marketing_consented
    from customers
    left join geographies
        on customers.geography_key = geographies.geography_key
    left join marketing_consents
        on customers.customer_key = marketing_consents.customer_key
    union all
    select
        'unknown' as customer_key,
        true as is_unknown,
        'person' as customer_type,
        null as first_seen_date,
        null as acquisition_source,
        null as age_band,
        null as income_band,
        null as household_composition,
        null as kids_count,
        null as gender,
        null as city,
        null as region,
        null as country,
        'unknown' as geography_key,
        null as preferred_language,
        null as loyalty_tier_id,
        null as loyalty_member_key,
        null as loyalty_joined_date,
        0 as source_count,
        0 as record_count,
        false as is_test_account,
        false as is_deleted,
        false as is_counted,
        false as is_marketing_consented
)

select * from final
