-- written by `make publish-models` from core/fct_referrals.yml
{{ config(
    alias='fct_referrals',
    meta={'order_by': ['referral_id']}
) }}

select
    referral_id,
    member_key,
    customer_key,
    referred_member_key,
    referred_customer_key,
    referral_status,
    is_credited,
    is_buyer_before,
    referral_converted_date,
    is_referral_converted,
    referred_at,
    referred_date
from {{ ref('fct_referrals') }}
