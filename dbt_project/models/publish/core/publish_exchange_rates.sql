-- written by `make publish-models` from core/exchange_rates.yml
{{ config(
    alias='exchange_rates',
    meta={'order_by': ['currency_code', 'date_day']}
) }}

select
    currency_code,
    date_day,
    rate_to_reporting,
    is_carried_forward,
    quoted_on,
    base_currency_code
from {{ ref('exchange_rates') }}
