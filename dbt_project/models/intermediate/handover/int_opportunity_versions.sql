-- Deals of Zoho and opportunities of Fxiaoke in one shape: one row per version that is delivered,
-- without those that were deleted in their CRM.
with

zoho_deals as (
    select * from {{ ref('stg_crm_zoho__deals') }}
),

fxiaoke_opportunities as (
    select * from {{ ref('stg_crm_fxiaoke__opportunities') }}
),

deleted_records as (
    select
        source,
        source_record_id
    from {{ ref('int_crm_deleted_records') }}
),

versions as (
    select
        'crm_zoho' as source_system,
        'crm_zoho.deals' as source,
        deal_id as record_id,
        account_id,
        contact_id,
        owner_id,
        deal_name as opportunity_name,
        stage,
        probability_percent,
        deal_amount as original_amount,
        currency_code,
        closing_date,
        cast(null as timestamp) as stage_changed_at,
        modified_at is not null as is_version_known,
        created_at,
        modified_at,
        created_at as version_at
    from zoho_deals
    union all
    select
        'crm_fxiaoke' as source_system,
        'crm_fxiaoke.opportunities' as source,
        opportunity_id as record_id,
        account_id,
        contact_id,
        owner_id,
        opportunity_name,
        stage,
        probability_percent,
        opportunity_amount as original_amount,
        currency_code,
        closing_date,
        stage_changed_at,
        is_version_known,
        created_at,
        modified_at,
        version_at
    from fxiaoke_opportunities
),

ranked as (
    select
        *,
        {{ surrogate_key(['source_system', 'record_id']) }} as opportunity_key,
        {{ newest_known_version(['source_system', 'record_id']) }} = 1 as is_current
    from versions
),

final as (
    select ranked.*
    from ranked
    left join deleted_records
        on
            ranked.source = deleted_records.source
            and ranked.record_id = deleted_records.source_record_id
    where deleted_records.source_record_id is null
)

select * from final
