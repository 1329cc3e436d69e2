-- written by `make publish-models` from core/dim_customers.yml
{{ config(
    alias='dim_customers',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    is_unknown,
    customer_type,
    first_seen_date,
    acquisition_source,
    age_band,
    income_band,
    household_composition,
    kids_count,
    gender,
    city,
    region,
    country,
    geography_key,
    preferred_language,
    loyalty_tier_id,
    loyalty_member_key,
    loyalty_joined_date,
    source_count,
    record_count,
    is_test_account,
    is_deleted,
    is_counted,
    is_marketing_consented
from {{ ref('dim_customers') }}
