with
source as (
    {{ kept_versions(
        source('crm_fxiaoke', 'personnel'),
        key=['user_id'],
        version='last_modified_time',
        created='create_time'
    ) }}
),

final as (
    select
        user_id,
        {{ clean_text('name') }} as full_name,
        {{ clean_text('email') }} as email,
        {{ clean_text('department') }} as department,
        coalesce(status = 'active', true) as is_active,
        create_time as created_at,
        version_at,
        case when is_version_known then last_modified_time end as modified_at
    from source
)

select * from final
