with
source as (
    {{ known_versions(
        source('crm_zoho', 'tasks'),
        key=['id'],
        version='modified_time',
        created='created_time'
    ) }}
),

final as (
    select
        id as activity_id,
        {{ clean_text('who_id') }} as contact_id,
        {{ clean_text('what_id') }} as deal_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('subject') }} as subject,
        case when is_version_known then {{ clean_text('status') }} end as task_status,
        case when is_version_known then due_date end as due_date,
        case when is_version_known then closed_time end as closed_at,
        created_time as occurred_at,
        case when is_version_known then modified_time end as modified_at
    from source
)

select * from final
