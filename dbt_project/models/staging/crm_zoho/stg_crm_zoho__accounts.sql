with
source as (
    {{ latest_rows(
        source('crm_zoho', 'accounts'),
        key=['id'],
        order_by=['modified_time'],
        where=up_to_as_of('modified_time')
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
        modified_time as modified_at
    from source
)

select * from final
