{%- set text = dbt.type_string() -%}
with
customers_map as (
    select * from {{ source('identity', 'customers_map') }}
),

shop_customers as (
    {{ current_versions(ref('stg_orders__customers'), ['shop_customer_id'], 'updated_at') }}
),

crm_zoho_contacts as (
    {{ current_versions(ref('stg_crm_zoho__contacts'), ['contact_id'], 'modified_at') }}
),

crm_fxiaoke_contacts as (
    {{ current_versions(ref('stg_crm_fxiaoke__contacts'), ['contact_id'], 'modified_at') }}
),

loyalty_members as (
    {{ current_versions(ref('stg_loyalty__members'), ['member_id'], 'updated_at') }}
),

profiles as (
    select
        'orders.customers' as source,
        shop_customer_id as source_record_id,
        full_name,
        cast(null as {{ text }}) as nickname,
        birth_date,
        gender,
        preferred_language,
        address,
        city,
        region,
        country,
        updated_at as observed_at
    from shop_customers
    union all
    select
        'crm_zoho.contacts' as source,
        contact_id as source_record_id,
        full_name,
        cast(null as {{ text }}) as nickname,
        birth_date,
        cast(null as {{ text }}) as gender,
        cast(null as {{ text }}) as preferred_language,
        street as address,
        city,
        region,
        country,
        modified_at as observed_at
    from crm_zoho_contacts
    union all
    select
        'crm_fxiaoke.contacts' as source,
        contact_id as source_record_id,
        full_name,
        cast(null as {{ text }}) as nickname,
        birth_date,
        cast(null as {{ text }}) as gender,
        cast(null as {{ text }}) as preferred_language,
        cast(null as {{ text }}) as address,
        city,
        cast(null as {{ text }}) as region,
        cast(null as {{ text }}) as country,
        modified_at as observed_at
    from crm_fxiaoke_contacts
    {%- for system in ['crm_zoho', 'crm_fxiaoke'] %}
    union all
    select
        '{{ system }}.leads' as source,
        lead_id as source_record_id,
        full_name,
        cast(null as {{ text }}) as nickname,
        cast(null as date) as birth_date,
        cast(null as {{ text }}) as gender,
        cast(null as {{ text }}) as preferred_language,
        cast(null as {{ text }}) as address,
        cast(null as {{ text }}) as city,
        cast(null as {{ text }}) as region,
        cast(null as {{ text }}) as country,
        coalesce(modified_at, created_at) as observed_at
    from {{ ref('stg_' ~ system ~ '__leads') }}
    {%- endfor %}
    union all
    select
        'social.profiles' as source,
        platform || ':' || profile_id as source_record_id,
        cast(null as {{ text }}) as full_name,
        nickname,
        cast(null as date) as birth_date,
        gender,
        cast(null as {{ text }}) as preferred_language,
        cast(null as {{ text }}) as address,
        city,
        cast(null as {{ text }}) as region,
        country,
        updated_at as observed_at
    from {{ ref('stg_social__profiles') }}
    union all
    select
        'loyalty.members' as source,
        member_id as source_record_id,
        cast(null as {{ text }}) as full_name,
        cast(null as {{ text }}) as nickname,
        cast(null as date) as birth_date,
        cast(null as {{ text }}) as gender,
        cast(null as {{ text }}) as preferred_language,
        cast(null as {{ text }}) as address,
        cast(null as {{ text }}) as city,
        cast(null as {{ text }}) as region,
        cast(null as {{ text }}) as country,
        updated_at as observed_at
    from loyalty_members
),

-- A record of a source that says nothing here has an empty profile, so that no customer is without.
tidied as (
    select
        customers_map.customer_key,
        customers_map.record_number,
        customers_map.source,
        customers_map.source_record_id,
        {{ tidy_name('profiles.full_name') }} as full_name,
        {{ tidy_name('profiles.nickname') }} as nickname,
        profiles.birth_date,
        profiles.gender,
        profiles.preferred_language,
        profiles.address,
        profiles.city,
        profiles.region,
        profiles.country,
        profiles.observed_at
    from customers_map
    left join profiles
        on
            customers_map.source = profiles.source
            and customers_map.source_record_id = profiles.source_record_id
    where customers_map.is_current
),

final as (
    select
        customer_key,
        record_number,
        source,
        source_record_id,
        {{ person_name('full_name') }} as full_name,
        case when not {{ is_filler('nickname') }} then nullif(nickname, '') end as nickname,
        {{ possible_birth_date('birth_date') }} as birth_date,
        gender,
        preferred_language,
        case when not {{ is_filler('address') }} then address end as address,
        city,
        region,
        country,
        observed_at
    from tidied
)

select * from final
