-- As the stage enrich wrote it.
with

final as (
    select
        as_of_date,
        fitted_on,
        model_name,
        segment,
        parameter_name,
        parameter_number,
        estimate,
        standard_error,
        time_unit,
        log_likelihood,
        customers_count,
        group_count,
        data_from,
        data_until,
        is_converged,
        message,
        is_used
    from {{ source('enrich', 'value_model_parameters') }}
)

select * from final
