with
source as (
    {{ latest_rows(
        source('crm_fxiaoke', 'active_records'),
        key=['record_id'],
        where=up_to_as_of('create_time')
    ) }}
),

final as (
    select
        record_id as activity_id,
        {{ clean_text('contact_id') }} as contact_id,
        {{ json_first('owner') }} as owner_id,
        {{ clean_text('active_record_type') }} as activity_type,
        {{ clean_text('active_record_content') }} as content,
        create_time as occurred_at
    from source
)

select * from final
