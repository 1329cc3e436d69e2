with
source as (
    {{ latest_rows(
        source('crm_fxiaoke', 'accounts'),
        key=['record_id'],
        order_by=['modified_time'],
        where=up_to_as_of('modified_time')
    ) }}
),

final as (
    select
        record_id as account_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('account_name') }} as account_name,
        {{ clean_text('industry') }} as industry,
        {{ clean_text('company_size') }} as company_size,
        {{ clean_text('city') }} as city,
        created_time as created_at,
        modified_time as modified_at
    from source
)

select * from final
