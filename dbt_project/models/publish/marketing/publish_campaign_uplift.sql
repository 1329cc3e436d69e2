-- written by `make publish-models` from marts/marketing/campaign_uplift.yml
{{ config(
    alias='campaign_uplift',
    meta={'order_by': ['campaign_id']}
) }}

select
    campaign_id,
    as_of_date,
    treated_count,
    treated_converted_count,
    treated_conversion_ratio,
    control_count,
    control_converted_count,
    control_conversion_ratio,
    conversion_uplift,
    conversion_uplift_low,
    conversion_uplift_high,
    is_uplift_significant,
    treated_margin_per_customer_amount,
    control_margin_per_customer_amount,
    margin_uplift_amount,
    margin_uplift_low_amount,
    margin_uplift_high_amount,
    incremental_margin_amount
from {{ ref('campaign_uplift') }}
