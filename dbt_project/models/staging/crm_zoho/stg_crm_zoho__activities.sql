with
source as (
    {{ latest_rows(
        source('crm_zoho', 'activities'),
        key=['id'],
        where=up_to_as_of('activity_time')
    ) }}
),

final as (
    select
        id as activity_id,
        {{ clean_text('who_id') }} as contact_id,
        {{ clean_text('what_id') }} as deal_id,
        {{ clean_text('owner_id') }} as owner_id,
        activity_type,
        {{ clean_text('subject') }} as subject,
        activity_time as occurred_at,
        modified_time as modified_at
    from source
)

select * from final
