-- written by `make publish-models` from marts/loyalty/referral_chains.yml
{{ config(
    alias='referral_chains',
    meta={'order_by': ['customer_key', 'referred_customer_key']}
) }}

select
    customer_key,
    referred_customer_key,
    as_of_date,
    chain_depth,
    referred_date,
    is_referral_converted,
    downstream_order_count,
    downstream_net_amount,
    downstream_margin_amount
from {{ ref('referral_chains') }}
