with

accounts as (
    select * from {{ ref('int_accounts_keyed') }}
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

final as (
    select
        accounts.account_key,
        false as is_unknown,
        accounts.source_system,
        accounts.source_account_id,
        accounts.account_name,
        accounts.industry,
        accounts.employee_count,
        accounts.company_size,
        cast(accounts.annual_revenue_amount as decimal(18, 2)) as annual_revenue_amount,
        accounts.geography_key,
        geographies.city,
        geographies.region,
        geographies.country,
        coalesce(staff.staff_key, 'unknown') as owner_staff_key,
        accounts.created_date
    from accounts
    left join geographies
        on accounts.geography_key = geographies.geography_key
    left join staff
        on accounts.owner_staff_key = staff.staff_key
    union all
    select
        'unknown' as account_key,
        true as is_unknown,
        null as source_system,
        null as source_account_id,
        null as account_name,
        null as industry,
        null as employee_count,
        null as company_size,
        null as annual_revenue_amount,
        'unknown' as geography_key,
        null as city,
        null as region,
        null as country,
        'unknown' as owner_staff_key,
        null as created_date
)

select * from final
