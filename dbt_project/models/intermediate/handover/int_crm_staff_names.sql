-- What staff are called, to take their names out of what they write. The names go no further.
with

zoho_users as (
    select * from {{ ref('stg_crm_zoho__users') }}
),

fxiaoke_personnel as (
    select * from {{ ref('stg_crm_fxiaoke__personnel') }}
),

final as (
    select
        'crm_zoho' as source_system,
        user_id,
        full_name
    from zoho_users
    union all
    select
        'crm_fxiaoke' as source_system,
        user_id,
        full_name
    from fxiaoke_personnel
)

select * from final
