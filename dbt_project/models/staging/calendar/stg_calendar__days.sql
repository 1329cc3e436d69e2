with
source as (
    {{ latest_rows(source('calendar', 'days'), key=['date_day']) }}
),

final as (
    select
        date_day,
        lunar_year,
        lunar_month,
        lunar_day,
        is_lunar_leap_month,
        lunar_label,
        festival_name_zh,
        festival_name_en,
        cn_holiday_name_zh,
        cn_holiday_name_en,
        is_cn_public_holiday,
        is_cn_working_weekend,
        is_lunar_only
    from source
)

select * from final
