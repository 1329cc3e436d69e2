-- Staff are people too: a pseudonym, the role and the department cross, the name and e-mail do not.
with

zoho_users as (
    select * from {{ ref('stg_crm_zoho__users') }}
),

fxiaoke_personnel as (
    select * from {{ ref('stg_crm_fxiaoke__personnel') }}
),

staff as (
    select
        'crm_zoho' as source_system,
        user_id,
        role as staff_role,
        department,
        is_active,
        created_at,
        version_at,
        modified_at
    from zoho_users
    union all
    select
        'crm_fxiaoke' as source_system,
        user_id,
        cast(null as {{ dbt.type_string() }}) as staff_role,
        department,
        is_active,
        created_at,
        version_at,
        modified_at
    from fxiaoke_personnel
),

final as (
    select
        {{ staff_key('source_system', 'user_id') }} as staff_key,
        source_system,
        staff_role,
        department,
        is_active,
        {{ to_business_date('created_at') }} as created_date,
        version_at as changed_at,
        {{ to_business_date('version_at') }} as changed_date,
        modified_at is not null as is_version_known
    from staff
)

select * from final
