with
source as (
    {{ known_versions(
        source('crm_zoho', 'notes'),
        key=['id'],
        version='modified_time',
        created='created_time'
    ) }}
),

final as (
    select
        id as note_id,
        parent_id as contact_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('note_title') }} as note_title,
        {{ clean_text('note_content') }} as note_content,
        created_time as created_at,
        case when is_version_known then modified_time end as modified_at
    from source
)

select * from final
