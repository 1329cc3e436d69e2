{{ config(schema='vault') }}

{#-
    The rule of survival, for every attribute alone: most trusted source, then most recent, then
    most complete, then the smallest record, so that two runs can never differ. Street, city,
    region and country survive together, from one record: mixed addresses exist nowhere.
-#}
{%- set profile_attributes = [
    'full_name', 'nickname', 'birth_date', 'gender', 'preferred_language'
] -%}
{%- set identifier_attributes = {
    'phone': 'phone',
    'email': 'email',
    'unionid': 'wechat_unionid',
    'weibo_uid': 'weibo_uid',
} -%}
{%- set contact_types = "('" ~ identifier_attributes.keys() | join("', '") ~ "')" -%}
{%- set attributes = profile_attributes + identifier_attributes.values() | list + ['address'] -%}
{%- set address_parts = ['address', 'city', 'region', 'country'] -%}
{%- set types = {'birth_date': 'date'} -%}
{%- set lengths = {'full_name': 'length(full_name)'} -%}
with
customers as (
    select customer_key from {{ ref('int_customers') }}
),

profiles as (
    select * from {{ ref('int_customer_profiles') }}
),

identifiers as (
    select
        source,
        source_record_id,
        identifier_type,
        identifier_value
    from {{ source('identity', 'identifiers') }}
    where is_valid and not is_shared and not is_reference
),

survivorship as (
    select * from {{ ref('identity_survivorship') }}
),

candidates as (
    {%- for attribute in profile_attributes %}
    select
        customer_key,
        '{{ attribute }}' as attribute,
        cast({{ attribute }} as {{ dbt.type_string() }}) as attribute_value,
        {{ lengths.get(attribute, 1) }} as completeness,
        source,
        source_record_id,
        observed_at
    from profiles
    where {{ attribute }} is not null
    union all
    {%- endfor %}
    select
        customer_key,
        'address' as attribute,
        cast(null as {{ dbt.type_string() }}) as attribute_value,
        case when address is null then 0 else 1 end
        + case when city is null then 0 else 1 end
        + case when region is null then 0 else 1 end
        + case when country is null then 0 else 1 end as completeness,
        source,
        source_record_id,
        observed_at
    from profiles
    where coalesce({{ address_parts | join(', ') }}) is not null
    union all
    select
        profiles.customer_key,
        case identifiers.identifier_type
            {%- for identifier_type, attribute in identifier_attributes.items() %}
            when '{{ identifier_type }}' then '{{ attribute }}'
            {%- endfor %}
        end as attribute,
        identifiers.identifier_value as attribute_value,
        -- A mobile reaches the person, a landline whoever is near it.
        case when {{ is_mobile_number('identifiers.identifier_value') }} then 2 else 1 end
            as completeness,
        profiles.source,
        profiles.source_record_id,
        profiles.observed_at
    from identifiers
    inner join profiles
        on
            identifiers.source = profiles.source
            and identifiers.source_record_id = profiles.source_record_id
    where identifiers.identifier_type in {{ contact_types }}
),

ranked as (
    select
        candidates.*,
        row_number() over (
            partition by candidates.customer_key, candidates.attribute
            order by
                coalesce(survivorship.priority, 99) asc,
                candidates.observed_at desc nulls last,
                candidates.completeness desc,
                candidates.source asc,
                candidates.source_record_id asc,
                candidates.attribute_value asc
        ) as survival_rank
    from candidates
    left join survivorship
        on
            candidates.attribute = survivorship.attribute
            and candidates.source = survivorship.source
),

survivors as (
    select
        customer_key,
        {%- for attribute in attributes %}
        max(case when attribute = '{{ attribute }}' then attribute_value end) as {{ attribute }},
        max(case when attribute = '{{ attribute }}' then source end) as {{ attribute }}_source,
        max(case when attribute = '{{ attribute }}' then observed_at end)
            as {{ attribute }}_observed_at,
        {%- endfor %}
        max(case when attribute = 'address' then source_record_id end) as address_record_id
    from ranked
    where survival_rank = 1
    group by customer_key
),

final as (
    select
        customers.customer_key,
        {%- for attribute in attributes if attribute != 'address' %}
        cast(survivors.{{ attribute }} as {{ types.get(attribute, dbt.type_string()) }})
            as {{ attribute }},
        survivors.{{ attribute }}_source,
        survivors.{{ attribute }}_observed_at,
        {%- endfor %}
        {%- for part in address_parts %}
        addresses.{{ part }},
        {%- endfor %}
        survivors.address_source,
        survivors.address_observed_at
    from customers
    left join survivors on customers.customer_key = survivors.customer_key
    left join profiles as addresses
        on
            survivors.address_source = addresses.source
            and survivors.address_record_id = addresses.source_record_id
)

select * from final
