-- Slowly changing dimension (type 2) out of the kept versions of the CRM, rebuilt for any as_of.
with

versions as (
    select * from {{ ref('int_staff_versions_keyed') }}
),

periods as (
    {{ periods_of(
        'versions',
        key='staff_key',
        attributes=['staff_role', 'department', 'is_active']
    ) }}
),

final as (
    select
        {{ surrogate_key(['staff_key', 'valid_from']) }} as staff_version_key,
        staff_key,
        valid_from,
        valid_to,
        is_current,
        version_number,
        is_backdated,
        staff_role,
        department,
        is_active
    from periods
    union all
    select
        'unknown' as staff_version_key,
        'unknown' as staff_key,
        cast('1900-01-01' as date) as valid_from,
        null as valid_to,
        true as is_current,
        1 as version_number,
        false as is_backdated,
        null as staff_role,
        null as department,
        null as is_active
)

select * from final
