{#- A table: notes, activities and deals look up their people in it. -#}
{{ config(materialized='table', meta={'on_erasure': 'emptied'}) }}

-- Whom the CRM systems mean by a contact or a lead. What is written about one names the colleagues
-- too, so their names are kept beside the own ones, for redaction; the names go no further.
with

zoho_contacts as (
    {{ current_versions(ref('stg_crm_zoho__contacts'), ['contact_id'], 'modified_at') }}
),

fxiaoke_contacts as (
    {{ current_versions(ref('stg_crm_fxiaoke__contacts'), ['contact_id'], 'modified_at') }}
),

zoho_leads as (
    select * from {{ ref('stg_crm_zoho__leads') }}
),

fxiaoke_leads as (
    select * from {{ ref('stg_crm_fxiaoke__leads') }}
),

customers_map as (
    select
        source,
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where is_current
),

customer_names as (
    select
        customer_key,
        full_names
    from {{ ref('int_customer_names') }}
),

people as (
    select
        'crm_zoho' as source_system,
        'contacts' as object,
        contact_id as record_id,
        account_id
    from zoho_contacts
    union all
    select
        'crm_fxiaoke' as source_system,
        'contacts' as object,
        contact_id as record_id,
        account_id
    from fxiaoke_contacts
    union all
    select
        'crm_zoho' as source_system,
        'leads' as object,
        lead_id as record_id,
        cast(null as {{ dbt.type_string() }}) as account_id
    from zoho_leads
    union all
    select
        'crm_fxiaoke' as source_system,
        'leads' as object,
        lead_id as record_id,
        cast(null as {{ dbt.type_string() }}) as account_id
    from fxiaoke_leads
),

resolved as (
    select
        people.*,
        coalesce(customers_map.customer_key, 'unknown') as customer_key,
        customer_names.full_names
    from people
    left join customers_map
        on
            people.source_system || '.' || people.object = customers_map.source
            and people.record_id = customers_map.source_record_id
    left join customer_names
        on customers_map.customer_key = customer_names.customer_key
),

colleagues as (
    select
        source_system,
        account_id,
        {{ one_per_line('full_names') }} as full_names
    from resolved
    where account_id is not null and full_names is not null
    group by
        source_system,
        account_id
),

final as (
    select
        resolved.source_system,
        resolved.object,
        resolved.record_id,
        'P' || substr(
            {{ keyed_hash(
                "resolved.source_system || '.' || resolved.object || ':' || resolved.record_id"
            ) }}, 1, 16
        ) as person_record_key,
        case
            when resolved.account_id is not null
                then {{ surrogate_key(['resolved.source_system', 'resolved.account_id']) }}
        end as account_key,
        resolved.customer_key,
        coalesce(colleagues.full_names, resolved.full_names) as full_names
    from resolved
    left join colleagues
        on
            resolved.source_system = colleagues.source_system
            and resolved.account_id = colleagues.account_id
)

select * from final
