-- written by `make publish-models` from marts/loyalty/customer_referrals.yml
{{ config(
    alias='customer_referrals',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    referrals_made,
    referrals_converted,
    referrals_new_buyers,
    last_referral_date,
    referred_by_customer_key,
    referral_depth,
    downstream_customer_count,
    downstream_net_amount,
    downstream_margin_amount,
    advocacy_level,
    advocacy_level_zh
from {{ ref('customer_referrals') }}
