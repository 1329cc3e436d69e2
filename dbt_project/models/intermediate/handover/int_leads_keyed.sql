-- Leads are persons: the record crosses under a pseudonym; name, company, phone and e-mail stay.
with

zoho_leads as (
    select * from {{ ref('stg_crm_zoho__leads') }}
),

fxiaoke_leads as (
    select * from {{ ref('stg_crm_fxiaoke__leads') }}
),

people as (
    select * from {{ ref('int_crm_people') }}
    where object = 'leads'
),

deleted_records as (
    select
        source,
        source_record_id
    from {{ ref('int_identity_deleted_records') }}
),

leads as (
    select
        'crm_zoho' as source_system,
        lead_id,
        owner_id,
        lead_source,
        lead_status,
        is_converted,
        converted_at,
        created_at,
        modified_at
    from zoho_leads
    union all
    select
        'crm_fxiaoke' as source_system,
        lead_id,
        owner_id,
        lead_source,
        lead_status,
        cast(null as boolean) as is_converted,
        cast(null as timestamp) as converted_at,
        created_at,
        modified_at
    from fxiaoke_leads
),

final as (
    select
        people.person_record_key as lead_key,
        leads.source_system,
        people.customer_key,
        case
            when leads.owner_id is not null
                then {{ staff_key('leads.source_system', 'leads.owner_id') }}
        end as staff_key,
        leads.lead_source,
        leads.lead_status,
        leads.is_converted,
        deleted_records.source_record_id is not null as is_deleted,
        leads.converted_at,
        leads.created_at,
        leads.modified_at
    from leads
    inner join people
        on
            leads.source_system = people.source_system
            and leads.lead_id = people.record_id
    left join deleted_records
        on
            leads.source_system || '.leads' = deleted_records.source
            and leads.lead_id = deleted_records.source_record_id
)

select * from final
