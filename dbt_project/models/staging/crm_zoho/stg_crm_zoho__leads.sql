with
source as (
    {{ latest_rows(
        source('crm_zoho', 'leads'),
        key=['id'],
        order_by=['modified_time'],
        where=up_to_as_of('modified_time')
    ) }}
),

final as (
    select
        id as lead_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('converted_contact_id') }} as converted_contact_id,
        {{ clean_text('full_name') }} as full_name,
        {{ clean_text('company') }} as company,
        {{ clean_text('email') }} as email,
        {{ clean_text('mobile') }} as mobile,
        {{ clean_text('lead_source') }} as lead_source,
        {{ clean_text('lead_status') }} as lead_status,
        coalesce(converted, false) as is_converted,
        created_time as created_at,
        modified_time as modified_at
    from source
)

select * from final
