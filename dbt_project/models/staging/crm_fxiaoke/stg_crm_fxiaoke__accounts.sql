with
source as (
    {{ known_versions(
        source('crm_fxiaoke', 'accounts'),
        key=['record_id'],
        version='modified_time',
        created='created_time'
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
        case when is_version_known then modified_time end as modified_at
    from source
)

select * from final
