-- written by `make publish-models` from marts/care/care_calendar.yml
{{ config(
    alias='care_calendar',
    meta={'order_by': ['customer_key', 'occasion_date', 'occasion']}
) }}

select
    customer_key,
    as_of_date,
    occasion_date,
    occasion,
    occasion_zh,
    occasion_kind,
    anniversary_years,
    days_until_occasion,
    occasion_number
from {{ ref('care_calendar') }}
