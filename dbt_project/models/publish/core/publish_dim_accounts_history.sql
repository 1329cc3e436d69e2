-- written by `make publish-models` from core/dim_accounts_history.yml
{{ config(
    alias='dim_accounts_history',
    meta={'order_by': ['account_key', 'valid_from']}
) }}

select
    account_version_key,
    account_key,
    valid_from,
    valid_to,
    is_current,
    version_number,
    is_backdated,
    account_name,
    industry,
    employee_count,
    company_size,
    annual_revenue_amount,
    geography_key,
    city,
    region,
    country,
    owner_staff_key
from {{ ref('dim_accounts_history') }}
