-- Companies, not people: their names cross. Whoever looks after them crosses as a pseudonym.
-- A company that was deleted in its CRM is none any more: what names it belongs to `unknown`.
with

zoho_accounts as (
    select * from {{ ref('stg_crm_zoho__accounts') }}
),

fxiaoke_accounts as (
    select * from {{ ref('stg_crm_fxiaoke__accounts') }}
),

deleted_records as (
    select
        source,
        source_record_id
    from {{ ref('int_crm_deleted_records') }}
),

accounts as (
    select
        'crm_zoho' as source_system,
        account_id,
        account_name,
        industry,
        cast(employee_count as bigint) as employee_count,
        cast(null as {{ dbt.type_string() }}) as company_size,
        annual_revenue_amount,
        city,
        country,
        owner_id,
        created_at,
        version_at,
        modified_at
    from zoho_accounts
    union all
    select
        'crm_fxiaoke' as source_system,
        account_id,
        account_name,
        industry,
        cast(null as bigint) as employee_count,
        company_size,
        cast(null as decimal(18, 2)) as annual_revenue_amount,
        city,
        cast(null as {{ dbt.type_string() }}) as country,
        owner_id,
        created_at,
        version_at,
        modified_at
    from fxiaoke_accounts
),

redacted_accounts as (
    {{ with_redacted_texts('accounts', ['account_name']) }}
),

places as (
    select
        place_key,
        geography_key
    from {{ ref('int_geographies_keyed') }}
),

final as (
    select
        {{ surrogate_key(['accounts.source_system', 'accounts.account_id']) }} as account_key,
        accounts.source_system,
        accounts.account_id as source_account_id,
        accounts.redacted_account_name as account_name,
        accounts.industry,
        accounts.employee_count,
        accounts.company_size,
        accounts.annual_revenue_amount,
        coalesce(places.geography_key, 'unknown') as geography_key,
        case
            when accounts.owner_id is not null
                then {{ staff_key('accounts.source_system', 'accounts.owner_id') }}
        end as owner_staff_key,
        {{ to_business_date('accounts.created_at') }} as created_date,
        accounts.version_at as changed_at,
        {{ to_business_date('accounts.version_at') }} as changed_date,
        accounts.modified_at is not null as is_version_known
    from redacted_accounts as accounts
    left join places
        on {{ place_key('accounts.country', 'null', 'accounts.city') }} = places.place_key
    left join deleted_records
        on
            accounts.source_system || '.accounts' = deleted_records.source
            and accounts.account_id = deleted_records.source_record_id
    where deleted_records.source_record_id is null
)

select * from final
