with
source as (
    {{ latest_rows(
        source('crm_fxiaoke', 'leads'),
        key=['record_id'],
        order_by=['last_modified_time'],
        where=up_to_as_of('last_modified_time')
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
        {{ clean_text('leads_status') }} as lead_status,
        create_time as created_at,
        last_modified_time as modified_at
    from source
)

select * from final
