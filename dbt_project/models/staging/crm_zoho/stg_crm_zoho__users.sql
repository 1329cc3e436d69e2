with
source as (
    {{ latest_rows(source('crm_zoho', 'users'), key=['id']) }}
),

final as (
    select
        id as user_id,
        {{ clean_text('full_name') }} as full_name,
        {{ clean_text('email') }} as email,
        {{ clean_text('role') }} as role,
        {{ clean_text('department') }} as department,
        coalesce(status = 'active', true) as is_active
    from source
)

select * from final
