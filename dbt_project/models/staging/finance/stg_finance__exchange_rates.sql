with
source as (
    {{ latest_rows(
        source('finance', 'exchange_rates'),
        key=['rate_date', 'base_currency', 'currency'],
        where=up_to_as_of_date('rate_date')
    ) }}
),

final as (
    select
        rate_date as quoted_on,
        base_currency as base_currency_code,
        currency as currency_code,
        rate as quoted_rate
    from source
)

select * from final
