-- written by `make publish-models` from marts/profile/customer_consents.yml
{{ config(
    alias='customer_consents',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    is_marketing_consented,
    is_email_marketing_consented,
    is_sms_marketing_consented,
    is_wechat_marketing_consented,
    is_phone_marketing_consented,
    is_profiling_consented
from {{ ref('customer_consents') }}
