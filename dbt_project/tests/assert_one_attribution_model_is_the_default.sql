-- Whoever asks for "the" attribution gets one model, not none and not two.
with

models as (
    select
        count(*) as model_count,
        count(case when is_default_model then 1 end) as default_count
    from {{ ref('attribution_models') }}
)

select
    model_count,
    default_count
from models
where default_count <> 1
