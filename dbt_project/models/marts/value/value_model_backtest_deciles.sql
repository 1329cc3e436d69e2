-- As the stage enrich wrote it.
with

final as (
    select
        as_of_date,
        split_number,
        cut_date,
        candidate,
        decile,
        customers_count,
        predicted_net_amount,
        actual_net_amount,
        predicted_order_count,
        actual_order_count
    from {{ source('enrich', 'value_model_backtest_deciles') }}
)

select * from final
