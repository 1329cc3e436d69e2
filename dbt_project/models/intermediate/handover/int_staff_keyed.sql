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
        is_active
    from zoho_users
    union all
    select
        'crm_fxiaoke' as source_system,
        user_id,
        cast(null as {{ dbt.type_string() }}) as staff_role,
        department,
        is_active
    from fxiaoke_personnel
),

final as (
    select
        {{ staff_key('source_system', 'user_id') }} as staff_key,
        source_system,
        staff_role,
        department,
        is_active
    from staff
)

select * from final
