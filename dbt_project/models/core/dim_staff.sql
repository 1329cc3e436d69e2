with

staff as (
    select * from {{ ref('int_staff_keyed') }}
),

final as (
    select
        staff_key,
        false as is_unknown,
        source_system,
        staff_role,
        department,
        is_active
    from staff
    union all
    select
        'unknown' as staff_key,
        true as is_unknown,
        null as source_system,
        null as staff_role,
        null as department,
        null as is_active
)

select * from final
