{#- A table: companies and deals are looked up in it by several models. -#}
{{ config(materialized='table') }}

-- Companies and deals that were deleted in their CRM: told by its list of deletions, seen by its
-- sweep of ids, or marked on the record itself. Persons are in int_identity_deleted_records.
with

zoho_accounts as (
    {{ current_versions(ref('stg_crm_zoho__accounts'), ['account_id'], 'version_at') }}
),

zoho_deals as (
    select * from {{ ref('stg_crm_zoho__deals') }}
),

fxiaoke_accounts as (
    {{ current_versions(ref('stg_crm_fxiaoke__accounts'), ['account_id'], 'version_at') }}
),

fxiaoke_opportunity_versions as (
    select
        *,
        {{ newest_known_version(['opportunity_id']) }} as version_rank
    from {{ ref('stg_crm_fxiaoke__opportunities') }}
),

fxiaoke_opportunities as (
    select * from fxiaoke_opportunity_versions
    where version_rank = 1
),

zoho_records as (
    select
        'crm_zoho.accounts' as source,
        account_id as source_record_id,
        'Accounts' as object,
        modified_at,
        landed_at
    from zoho_accounts
    union all
    select
        'crm_zoho.deals' as source,
        deal_id as source_record_id,
        'Deals' as object,
        modified_at,
        landed_at
    from zoho_deals
),

fxiaoke_records as (
    select
        'crm_fxiaoke.accounts' as source,
        account_id as source_record_id,
        'AccountObj' as object,
        modified_at,
        landed_at
    from fxiaoke_accounts
    union all
    select
        'crm_fxiaoke.opportunities' as source,
        opportunity_id as source_record_id,
        'NewOpportunityObj' as object,
        modified_at,
        landed_at
    from fxiaoke_opportunities
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
        'crm_fxiaoke.accounts' as source,
        account_id as source_record_id
    from fxiaoke_accounts
    where is_deleted
    union distinct
    select
        'crm_fxiaoke.opportunities' as source,
        opportunity_id as source_record_id
    from fxiaoke_opportunities
    where is_deleted
)

select * from final
