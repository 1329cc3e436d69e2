with
source as (
    {{ kept_versions(
        source('crm_zoho', 'accounts'),
        key=['id'],
        version='modified_time',
        created='created_time'
    ) }}
),

final as (
    select
        id as account_id,
        {{ clean_text('owner_id') }} as owner_id,
        {{ clean_text('account_name') }} as account_name,
        {{ clean_text('industry') }} as industry,
        employees as employee_count,
        annual_revenue as annual_revenue_amount,
        {{ clean_text('billing_city') }} as city,
        {{ clean_text('billing_country') }} as country,
        created_time as created_at,
        version_at,
        case when is_version_known then modified_time end as modified_at,
        _loaded_at as landed_at
    from source
)

select * from final
