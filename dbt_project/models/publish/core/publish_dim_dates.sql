-- written by `make publish-models` from core/dim_dates.yml
{{ config(
    alias='dim_dates',
    meta={'order_by': ['date_day']}
) }}

select
    date_day,
    year_number,
    quarter_number,
    month_number,
    month_start_date,
    iso_week_number,
    day_of_month,
    day_of_week,
    day_name,
    day_name_zh,
    is_weekend,
    cn_holiday_name,
    cn_holiday_name_zh,
    is_cn_public_holiday,
    is_cn_working_weekend,
    is_cn_working_day,
    lunar_year,
    lunar_month,
    lunar_day,
    is_lunar_leap_month,
    lunar_label_zh,
    festival_name,
    festival_name_zh,
    is_after_as_of
from {{ ref('dim_dates') }}
