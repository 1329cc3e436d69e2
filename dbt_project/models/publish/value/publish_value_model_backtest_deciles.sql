-- written by `make publish-models` from marts/value/value_model_backtest_deciles.yml
{{ config(
    alias='value_model_backtest_deciles',
    meta={'order_by': ['split_number', 'candidate', 'decile']}
) }}

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
from {{ ref('value_model_backtest_deciles') }}
