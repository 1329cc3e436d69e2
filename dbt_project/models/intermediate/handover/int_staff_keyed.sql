with

current_staff as (
    {{ current_versions(ref('int_staff_versions_keyed'), ['staff_key'], 'changed_at') }}
),

final as (
    select
        staff_key,
        source_system,
        staff_role,
        department,
        is_active
    from current_staff
)

select * from final
