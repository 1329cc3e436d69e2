-- written by `make publish-models` from core/dim_accounts.yml
{{ config(
    alias='dim_accounts',
    meta={'order_by': ['account_key']}
) }}

select
    account_key,
    is_unknown,
    source_system,
    source_account_id,
    account_name,
    industry,
    employee_count,
    company_size,
    annual_revenue_amount,
    geography_key,
    city,
    region,
    country,
    owner_staff_key,
    created_date
from {{ ref('dim_accounts') }}
