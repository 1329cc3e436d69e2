with
source as (
    {{ known_versions(
        source('crm_zoho', 'events'),
        key=['id'],
        version='modified_time',
        created='start_time'
    ) }}
),

final as (
    select
        id as activity_id,
        {{ clean_text('who_id') }} as contact_id,
        {{ clean_text('what_id') }} as deal_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('event_title') }} as subject,
        start_time as occurred_at,
        end_time as ended_at,
        case when is_version_known then modified_time end as modified_at
    from source
)

select * from final
