-- As the stage enrich wrote it.
with

final as (
    select
        as_of_date,
        split_number,
        cut_date,
        candidate,
        horizon_days,
        is_horizon_shortened,
        is_sampled,
        kind,
        is_chosen,
        customers_count,
        actual_order_count,
        predicted_order_count,
        order_calibration,
        actual_net_amount,
        predicted_net_amount,
        net_calibration,
        decile_error,
        mae,
        rmse,
        normalised_gini,
        top_decile_capture,
        auc,
        brier,
        interval_coverage,
        calibration_limit,
        beats_naive
    from {{ source('enrich', 'value_model_backtests') }}
)

select * from final
