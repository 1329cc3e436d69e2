with
source as (
    {{ known_versions(
        source('crm_fxiaoke', 'leads'),
        key=['record_id'],
        version='last_modified_time',
        created='create_time'
    ) }}
),

lead_sources as (
    {{ option_labels('LeadsObj', 'source') }}
),

final as (
    select
        source.record_id as lead_id,
        {{ json_first('source.owner') }} as owner_id,
        {{ clean_text('source.name') }} as full_name,
        {{ clean_text('source.company') }} as company,
        {{ clean_text('source.email') }} as email,
        {{ clean_text('source.mobile') }} as mobile,
        coalesce(lead_sources.option_label, {{ clean_text('source.source') }}) as lead_source,
        case when source.is_version_known then {{ clean_text('source.leads_status') }} end
            as lead_status,
        source.is_version_known
        and (
            coalesce(source.is_deleted, false) or coalesce(source.life_status = 'invalid', false)
        ) as is_deleted,
        source.create_time as created_at,
        case when source.is_version_known then source.last_modified_time end as modified_at,
        source._loaded_at as landed_at
    from source
    left join lead_sources
        on source.source = lead_sources.option_code
)

select * from final
