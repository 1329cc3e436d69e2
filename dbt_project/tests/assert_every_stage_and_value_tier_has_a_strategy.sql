-- Each lifecycle stage, and the stage at_risk of its own, meets each value tier: one strategy each.
with

stages as (
    select lifecycle_stage as care_stage
    from {{ ref('lifecycle_stages') }}
    union all
    select 'at_risk' as care_stage
)

select
    stages.care_stage,
    value_tiers.value_tier
from stages
cross join {{ ref('value_tiers') }} as value_tiers
left join {{ ref('care_strategies') }} as strategies
    on
        stages.care_stage = strategies.care_stage
        and value_tiers.value_tier = strategies.value_tier
where strategies.strategy is null
