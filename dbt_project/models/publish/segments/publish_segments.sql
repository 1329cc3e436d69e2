-- written by `make publish-models` from marts/segments/segments.yml
{{ config(
    alias='segments',
    meta={'order_by': ['customer_key']}
) }}

select
    customer_key,
    as_of_date,
    review_date,
    age_group,
    family_status,
    demographic_segment,
    demographic_segment_zh,
    frequency_tier,
    frequency_tier_zh,
    monetary_tier,
    monetary_tier_zh,
    behavioural_segment,
    behavioural_segment_zh,
    behaviour_cluster,
    behaviour_cluster_zh,
    primary_interest,
    interests,
    shopping_style,
    shopping_style_zh,
    shopping_style_source,
    shopping_styles,
    customer_level,
    customer_level_zh,
    reviewed_margin_amount,
    margin_position_ratio,
    is_on_pace_to_next_level,
    silence_index,
    target_group,
    target_group_zh,
    target_group_rule_number
from {{ ref('segments') }}
