-- One action for each customer. First what forbids or delays a message, then an occasion of the
-- customer's own, then the strategy of the stage and the value tier. Who is valued and nearly
-- silent long enough to be lost has a stage of its own here: at_risk.
with

contact_states as (
    select * from {{ ref('customer_contact_states') }}
),

lifecycle as (
    select * from {{ ref('lifecycle') }}
),

customer_values as (
    select * from {{ ref('customer_lifetime_value') }}
),

segments as (
    select * from {{ ref('segments') }}
),

rules as (
    select * from {{ ref('care_rules') }}
    where rule_set = 'default'
),

strategies as (
    select * from {{ ref('care_strategies') }}
),

actions as (
    select * from {{ ref('care_actions') }}
),

occasions as (
    select
        care_calendar.customer_key,
        care_calendar.occasion,
        care_calendar.occasion_zh,
        care_calendar.occasion_date,
        row_number() over (
            partition by care_calendar.customer_key
            order by care_calendar.occasion_number
        ) as occasion_rank
    from {{ ref('care_calendar') }} as care_calendar
    inner join rules on care_calendar.days_until_occasion <= rules.occasion_lead_days
    inner join {{ ref('care_occasions') }} as care_occasions
        on care_calendar.occasion = care_occasions.occasion
    where care_occasions.is_next_action
),

placed as (
    select
        contact_states.*,
        lifecycle.lifecycle_stage,
        case
            when segments.target_group = 'at_risk' and lifecycle.lifecycle_stage <> 'churned'
                then 'at_risk'
            else lifecycle.lifecycle_stage
        end as care_stage,
        customer_values.value_tier,
        occasions.occasion,
        occasions.occasion_date,
        coalesce(
            contact_states.blocking_action,
            case when occasions.occasion is not null then 'greet_occasion' end
        ) as overriding_action
    from contact_states
    inner join lifecycle on contact_states.customer_key = lifecycle.customer_key
    inner join customer_values on contact_states.customer_key = customer_values.customer_key
    inner join segments on contact_states.customer_key = segments.customer_key
    left join occasions
        on contact_states.customer_key = occasions.customer_key and occasions.occasion_rank = 1
),

final as (
    select
        placed.customer_key,
        {{ as_of_date() }} as as_of_date,
        placed.lifecycle_stage,
        placed.care_stage,
        placed.value_tier,
        strategies.strategy,
        strategies.strategy_zh,
        actions.action,
        actions.action_zh,
        actions.is_outreach,
        case when actions.is_outreach then placed.preferred_channel_id end as channel_id,
        case
            when actions.action = 'greet_occasion' then 'Greeting with a small gift'
            when actions.is_outreach then strategies.offer
        end as offer,
        case
            when actions.action = 'greet_occasion' then '关怀小礼'
            when actions.is_outreach then strategies.offer_zh
        end as offer_zh,
        actions.meaning as action_reason,
        actions.meaning_zh as action_reason_zh,
        placed.occasion as next_occasion,
        placed.occasion_date as next_occasion_date,
        placed.open_ticket_count,
        placed.last_complaint_date,
        placed.open_channel_count,
        placed.recent_contact_count,
        case when actions.action = 'wait_contact_cap' then placed.contact_again_on end
            as contact_again_on
    from placed
    inner join strategies
        on
            placed.care_stage = strategies.care_stage
            and placed.value_tier = strategies.value_tier
    inner join actions
        on coalesce(placed.overriding_action, strategies.action) = actions.action
)

select * from final
