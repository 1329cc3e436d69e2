with

exchange_rates as (
    select * from {{ ref('stg_finance__exchange_rates') }}
),

final as (
    select
        quoted_on,
        base_currency_code,
        currency_code,
        quoted_rate
    from exchange_rates
)

select * from final
