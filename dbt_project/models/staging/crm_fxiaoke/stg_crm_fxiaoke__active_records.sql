with
source as (
    {{ known_versions(
        source('crm_fxiaoke', 'active_records'),
        key=['record_id'],
        version='last_modified_time',
        created='create_time'
    ) }}
),

final as (
    select
        record_id as activity_id,
        {{ clean_text('contact_id') }} as contact_id,
        {{ json_first('owner') }} as owner_id,
        {{ clean_text('active_record_type') }} as activity_type,
        {{ clean_text('active_record_content') }} as content,
        create_time as occurred_at,
        case when is_version_known then last_modified_time end as modified_at
    from source
)

select * from final
