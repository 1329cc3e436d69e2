-- written by `make publish-models` from marts/sales/account_summary.yml
{{ config(
    alias='account_summary',
    meta={'order_by': ['account_key']}
) }}

select
    account_key,
    as_of_date,
    source_system,
    account_name,
    industry,
    size_band,
    size_band_zh,
    city,
    country,
    owner_staff_key,
    contact_count,
    account_customer_count,
    opportunity_count,
    still_open_count,
    won_count,
    lost_count,
    open_amount,
    open_weighted_amount,
    won_amount,
    win_rate_ratio,
    last_won_date,
    activity_count,
    last_contact_date,
    note_count,
    account_order_count,
    account_order_amount
from {{ ref('account_summary') }}
