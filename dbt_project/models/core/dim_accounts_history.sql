-- Slowly changing dimension (type 2) out of the kept versions of the CRM, rebuilt for any as_of.
with

versions as (
    select * from {{ ref('int_account_versions_keyed') }}
),

geographies as (
    select
        geography_key,
        country,
        region,
        city
    from {{ ref('dim_geographies') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

periods as (
    {{ periods_of(
        'versions',
        key='account_key',
        attributes=[
            'account_name',
            'industry',
            'employee_count',
            'company_size',
            'annual_revenue_amount',
            'geography_key',
            'owner_staff_key',
        ]
    ) }}
),

final as (
    select
        {{ surrogate_key(['periods.account_key', 'periods.valid_from']) }} as account_version_key,
        periods.account_key,
        periods.valid_from,
        periods.valid_to,
        periods.is_current,
        periods.version_number,
        periods.is_backdated,
        periods.account_name,
        periods.industry,
        periods.employee_count,
        periods.company_size,
        cast(periods.annual_revenue_amount as decimal(18, 2)) as annual_revenue_amount,
        periods.geography_key,
        geographies.city,
        geographies.region,
        geographies.country,
        coalesce(staff.staff_key, 'unknown') as owner_staff_key
    from periods
    left join geographies
        on periods.geography_key = geographies.geography_key
    left join staff
        on periods.owner_staff_key = staff.staff_key
    union all
    select
        'unknown' as account_version_key,
        'unknown' as account_key,
        cast('1900-01-01' as date) as valid_from,
        null as valid_to,
        true as is_current,
        1 as version_number,
        false as is_backdated,
        null as account_name,
        null as industry,
        null as employee_count,
        null as company_size,
        null as annual_revenue_amount,
        'unknown' as geography_key,
        null as city,
        null as region,
        null as country,
        'unknown' as owner_staff_key
)

select * from final
