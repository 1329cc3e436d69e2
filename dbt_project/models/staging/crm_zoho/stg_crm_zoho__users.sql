with
source as (
    {{ kept_versions(
        source('crm_zoho', 'users'),
        key=['id'],
        version='modified_time',
        created='created_time'
    ) }}
),

final as (
    select
        id as user_id,
        {{ clean_text('full_name') }} as full_name,
        {{ clean_text('email') }} as email,
        {{ clean_text('role') }} as role,
        {{ clean_text('department') }} as department,
        coalesce(status = 'active', true) as is_active,
        created_time as created_at,
        version_at,
        case when is_version_known then modified_time end as modified_at
    from source
)

select * from final
