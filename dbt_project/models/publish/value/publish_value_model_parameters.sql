-- written by `make publish-models` from marts/value/value_model_parameters.yml
{{ config(
    alias='value_model_parameters',
    meta={'order_by': ['fitted_on', 'model_name', 'segment', 'parameter_name']}
) }}

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
from {{ ref('value_model_parameters') }}
