with
source as (
    {{ latest_rows(source('crm_fxiaoke', 'personnel'), key=['user_id']) }}
),

final as (
    select
        user_id,
        {{ clean_text('name') }} as full_name,
        {{ clean_text('email') }} as email,
        {{ clean_text('department') }} as department,
        coalesce(status = 'active', true) as is_active
    from source
)

select * from final
