with
source as (
    {{ known_versions(
        source('crm_fxiaoke', 'leads'),
        key=['record_id'],
        version='last_modified_time',
        created='create_time'
    ) }}
),

final as (
    select
        record_id as lead_id,
        {{ json_first('owner') }} as owner_id,
        {{ clean_text('name') }} as full_name,
        {{ clean_text('company') }} as company,
        {{ clean_text('email') }} as email,
        {{ clean_text('mobile') }} as mobile,
        {{ clean_text('source') }} as lead_source,
        case when is_version_known then {{ clean_text('leads_status') }} end as lead_status,
        create_time as created_at,
        case when is_version_known then last_modified_time end as modified_at
    from source
)

select * from final
