-- How likely each buyer is to stay away, why, and what that costs. The probability is that of the
-- model of the value predictions; the stage is that of the rule of churn: one looks ahead, the
-- other back. Reasons and who is worth winning back are rows of seeds. Who has only been given
-- something is a prospect still, whatever the models make of it.
{%- set predicted = {
    'churn_probability': 'round(1 - customer_values.p_active_horizon, 6)',
    'horizon_days': 'customer_values.horizon_days',
    'expected_margin_12m': 'customer_values.expected_margin_12m',
} %}
{%- set measures = [
    'open_complaint_count',
    'recent_negative_count',
    'days_over_limit',
    'order_decline_ratio',
    'visit_decline_ratio',
    'unused_points_expiring',
    'one_time_purchase_count',
    'buyer_count',
] %}
with

customer_values as (
    select * from {{ ref('customer_lifetime_value') }}
),

lifecycle as (
    select * from {{ ref('lifecycle') }}
),

satisfaction as (
    select * from {{ ref('satisfaction') }}
),

loyalty as (
    select * from {{ ref('loyalty') }}
),

contact_states as (
    select * from {{ ref('customer_contact_states') }}
),

rules as (
    select * from {{ ref('churn_risk_rules') }}
    where rule_set = 'default'
),

bands as (
    select * from {{ ref('churn_risk_bands') }}
),

reasons as (
    select * from {{ ref('churn_reasons') }}
),

win_back_rules as (
    select * from {{ ref('win_back_rules') }}
),

backtests as (
    select
        auc,
        brier
    from {{ source('enrich', 'value_model_backtests') }}
    where is_chosen and split_number = 1
),

purchases as (
    select
        days.customer_key,
        {{ count_by_window('days.purchased_on', 'rules.window_days') }}
    from {{ ref('lifecycle_purchase_days') }} as days
    cross join rules
    group by days.customer_key
),

visits as (
    select
        sessions.customer_key,
        {{ count_by_window('sessions.started_date', 'rules.window_days') }}
    from {{ ref('fct_web_sessions') }} as sessions
    cross join rules
    group by sessions.customer_key
),

measured as (
    select
        customer_values.customer_key,
        {%- for column, expression in predicted.items() %}
        case when lifecycle.purchase_days_count > 0 then {{ expression }} end as {{ column }},
        {%- endfor %}
        customer_values.historic_margin_amount,
        customer_values.value_tier,
        customer_values.clv_tier,
        lifecycle.lifecycle_stage,
        lifecycle.lifecycle_stage_zh,
        contact_states.open_channel_count > 0 as is_reachable,
        contact_states.blocking_action,
        satisfaction.open_complaint_count,
        case
            when
                {{ days_between('satisfaction.last_negative_date', as_of_date()) }}
                < rules.window_days
                then 1
            else 0
        end as recent_negative_count,
        lifecycle.recency_days - lifecycle.churn_after_days as days_over_limit,
        case
            when purchases.prior_count >= rules.prior_purchase_days_min
                then 1 - purchases.recent_count / purchases.prior_count
        end as order_decline_ratio,
        case
            when visits.prior_count >= rules.prior_session_count_min
                then 1 - visits.recent_count / visits.prior_count
        end as visit_decline_ratio,
        case when loyalty.points_redeemed = 0 then loyalty.points_expiring_30d end
            as unused_points_expiring,
        case when lifecycle.purchase_days_count = 1 then 1 end as one_time_purchase_count,
        case when lifecycle.purchase_days_count > 0 then 1 end as buyer_count
    from customer_values
    inner join lifecycle on customer_values.customer_key = lifecycle.customer_key
    inner join satisfaction on customer_values.customer_key = satisfaction.customer_key
    inner join loyalty on customer_values.customer_key = loyalty.customer_key
    inner join contact_states on customer_values.customer_key = contact_states.customer_key
    cross join rules
    left join purchases on customer_values.customer_key = purchases.customer_key
    left join visits on customer_values.customer_key = visits.customer_key
),

banded as (
    select
        measured.*,
        bands.risk_band,
        bands.risk_band_zh,
        cast(
            greatest(measured.expected_margin_12m, 0) * measured.churn_probability
            as decimal(18, 2)
        ) as expected_margin_at_risk
    from measured
    inner join bands
        on
            coalesce(measured.churn_probability, -1) >= bands.churn_probability_from
            and coalesce(measured.churn_probability, -1) < bands.churn_probability_below
),

signs as (
    {%- for measure in measures %}
    select
        customer_key,
        '{{ measure }}' as measure,
        cast({{ measure }} as double) as measure_value
    from banded
    where risk_band in ('high', 'medium') and {{ measure }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

ranked_reasons as (
    select
        signs.customer_key,
        reasons.main_reason,
        reasons.reason_text,
        reasons.reason_text_zh,
        row_number() over (
            partition by signs.customer_key order by reasons.priority
        ) as reason_rank
    from signs
    inner join reasons
        on
            signs.measure = reasons.measure
            and signs.measure_value >= reasons.measure_from
),

worth_it as (
    select
        banded.customer_key,
        min(win_back_rules.rule_number) as win_back_rule_number
    from banded
    inner join win_back_rules
        on
            win_back_rules.value_tier = case win_back_rules.value_basis
                when 'historic' then banded.value_tier
                else banded.clv_tier
            end
            and case win_back_rules.loss_state
                when 'churned' then banded.lifecycle_stage = 'churned'
                else banded.risk_band = 'high'
            end
    where banded.is_reachable and banded.blocking_action is null
    group by banded.customer_key
),

ranked as (
    select
        banded.*,
        worth_it.win_back_rule_number,
        case
            when worth_it.customer_key is not null
                then row_number() over (
                    partition by worth_it.customer_key is not null
                    order by
                        coalesce(banded.expected_margin_at_risk, 0) desc,
                        banded.historic_margin_amount desc,
                        banded.customer_key asc
                )
        end as win_back_rank
    from banded
    left join worth_it on banded.customer_key = worth_it.customer_key
),

final as (
    select
        ranked.customer_key,
        {{ as_of_date() }} as as_of_date,
        ranked.churn_probability,
        cast(ranked.horizon_days as integer) as horizon_days,
        ranked.risk_band,
        ranked.risk_band_zh,
        ranked.lifecycle_stage,
        ranked.lifecycle_stage_zh,
        ranked_reasons.main_reason,
        ranked_reasons.reason_text,
        ranked_reasons.reason_text_zh,
        ranked.expected_margin_at_risk,
        ranked.is_reachable,
        ranked.win_back_rule_number is not null as is_win_back_candidate,
        ranked.win_back_rule_number,
        cast(ranked.win_back_rank as integer) as win_back_rank,
        backtests.auc as model_auc,
        backtests.brier as model_brier
    from ranked
    left join ranked_reasons
        on ranked.customer_key = ranked_reasons.customer_key and ranked_reasons.reason_rank = 1
    left join backtests on ranked.churn_probability is not null
)

select * from final
