-- Who was deleted in a CRM: told by its list of deletions, seen by its sweep of ids, or marked on
-- the record itself.
with
zoho_contacts as (
    {{ current_versions(ref('stg_crm_zoho__contacts'), ['contact_id'], 'modified_at') }}
),

fxiaoke_contacts as (
    {{ current_versions(ref('stg_crm_fxiaoke__contacts'), ['contact_id'], 'modified_at') }}
),

fxiaoke_leads as (
    select * from {{ ref('stg_crm_fxiaoke__leads') }}
),

zoho_records as (
    select
        'crm_zoho.contacts' as source,
        contact_id as source_record_id,
        'Contacts' as object,
        modified_at,
        landed_at
    from zoho_contacts
    union all
    select
        'crm_zoho.leads' as source,
        lead_id as source_record_id,
        'Leads' as object,
        modified_at,
        landed_at
    from {{ ref('stg_crm_zoho__leads') }}
),

fxiaoke_records as (
    select
        'crm_fxiaoke.contacts' as source,
        contact_id as source_record_id,
        'ContactObj' as object,
        modified_at,
        landed_at
    from fxiaoke_contacts
    union all
    select
        'crm_fxiaoke.leads' as source,
        lead_id as source_record_id,
        'LeadsObj' as object,
        modified_at,
        landed_at
    from fxiaoke_leads
),

zoho_deleted as (
    {{ deleted_records(
        'zoho_records',
        live_ids=ref('stg_crm_zoho__live_ids'),
        deletions=ref('stg_crm_zoho__deletions')
    ) }}
),

fxiaoke_deleted as (
    {{ deleted_records('fxiaoke_records', live_ids=ref('stg_crm_fxiaoke__live_ids')) }}
),

final as (
    select
        source,
        source_record_id
    from zoho_deleted
    union distinct
    select
        source,
        source_record_id
    from fxiaoke_deleted
    union distinct
    select
        'crm_fxiaoke.contacts' as source,
        contact_id as source_record_id
    from fxiaoke_contacts
    where is_deleted
    union distinct
    select
        'crm_fxiaoke.leads' as source,
        lead_id as source_record_id
    from fxiaoke_leads
    where is_deleted
)

select * from final
