with
source as (
    {{ known_versions(
        source('crm_zoho', 'leads'),
        key=['id'],
        version='modified_time',
        created='created_time'
    ) }}
),

final as (
    select
        id as lead_id,
        {{ clean_text('owner_id') }} as owner_id,
        case when is_version_known then {{ clean_text('converted_contact_id') }} end
            as converted_contact_id,
        {{ clean_text('full_name') }} as full_name,
        {{ clean_text('company') }} as company,
        {{ clean_text('email') }} as email,
        {{ clean_text('mobile') }} as mobile,
        {{ clean_text('lead_source') }} as lead_source,
        case when is_version_known then {{ clean_text('lead_status') }} end as lead_status,
        case when is_version_known then coalesce(converted, false) end as is_converted,
        case when is_version_known then converted_time end as converted_at,
        created_time as created_at,
        case when is_version_known then modified_time end as modified_at,
        _loaded_at as landed_at
    from source
)

select * from final
