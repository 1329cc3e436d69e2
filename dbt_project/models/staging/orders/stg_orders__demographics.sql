with
source as (
    {{ latest_rows(source('orders', 'demographics'), key=['household_id']) }}
),

final as (
    select
        {{ to_id('household_id') }} as shop_customer_id,
        {{ clean_text('age') }} as age_band,
        {{ clean_text('income') }} as income_band,
        {{ clean_text('home_ownership') }} as home_ownership,
        {{ clean_text('marital_status') }} as marital_status,
        {{ clean_text('household_size') }} as household_size,
        {{ clean_text('household_comp') }} as household_composition,
        {{ clean_text('kids_count') }} as kids_count
    from source
)

select * from final
