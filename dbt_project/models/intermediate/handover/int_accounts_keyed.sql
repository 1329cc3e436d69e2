with

current_accounts as (
    {{ current_versions(ref('int_account_versions_keyed'), ['account_key'], 'changed_at') }}
),

final as (
    select
        account_key,
        source_system,
        source_account_id,
        account_name,
        industry,
        employee_count,
        company_size,
        annual_revenue_amount,
        geography_key,
        owner_staff_key,
        created_date
    from current_accounts
)

select * from final
