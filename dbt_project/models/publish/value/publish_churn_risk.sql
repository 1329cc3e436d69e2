-- written by `make publish-models` from marts/value/churn_risk.yml
{{ config(
    alias='churn_risk',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    churn_probability,
    horizon_days,
    risk_band,
    risk_band_zh,
    lifecycle_stage,
    lifecycle_stage_zh,
    main_reason,
    reason_text,
    reason_text_zh,
    expected_margin_at_risk,
    is_reachable,
    is_win_back_candidate,
    win_back_rule_number,
    win_back_rank,
    model_auc,
    model_brier
from {{ ref('churn_risk') }}
