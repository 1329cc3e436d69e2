-- The segments of a customer side by side. What is reviewed on the first of the month stays until
-- the next one; only the target group also follows a silence from day to day, which grows until the
-- customer buys again and cannot flip, and the cluster follows the customer. Names and rules are
-- rows of seeds.
with

customers as (
    select * from {{ ref('dim_customers') }}
    where is_counted
),

behaviour as (
    select * from {{ ref('customer_behaviour') }}
),

tier_reviews as (
    select * from {{ ref('customer_tier_reviews') }}
),

lifecycle as (
    select * from {{ ref('lifecycle') }}
),

level_reviews as (
    select * from {{ ref('customer_level_reviews') }}
    where review_date = {{ month_start(as_of_date()) }}
),

levels as (
    select * from {{ ref('customer_levels') }}
),

age_groups as (
    select * from {{ ref('age_groups') }}
),

demographic_segments as (
    select * from {{ ref('demographic_segments') }}
),

target_groups as (
    select * from {{ ref('target_groups') }}
),

target_group_rules as (
    select * from {{ ref('target_group_rules') }}
),

traits as (
    select * from {{ ref('customer_traits') }}
),

clusters as (
    select
        customer_clusters.customer_key,
        behaviour_clusters.name as behaviour_cluster,
        behaviour_clusters.name_zh as behaviour_cluster_zh
    from {{ source('enrich', 'customer_clusters') }} as customer_clusters
    inner join {{ source('enrich', 'behaviour_clusters') }} as behaviour_clusters
        on customer_clusters.cluster_id = behaviour_clusters.cluster_id
),

measured as (
    select
        customers.customer_key,
        coalesce(age_groups.age_group, 'unknown') as age_group,
        case
            when customers.kids_count = '0' or customers.household_composition like '%No Kids%'
                then 'no_kids'
            when
                customers.kids_count is not null or customers.household_composition like '%Kids%'
                then 'with_kids'
            else 'unknown'
        end as family_status,
        tier_reviews.frequency_tier,
        tier_reviews.frequency_tier_zh,
        tier_reviews.monetary_tier,
        tier_reviews.monetary_tier_zh,
        behaviour.behavioural_segment,
        behaviour.behavioural_segment_zh,
        behaviour.reviewed_session_count,
        coalesce(level_reviews.customer_level, 'none') as customer_level,
        level_reviews.reviewed_margin_amount,
        level_reviews.margin_position_ratio,
        coalesce(level_reviews.is_on_pace_to_next_level, false) as is_on_pace_to_next_level,
        lifecycle.recency_days / lifecycle.churn_after_days as silence_index
    from customers
    inner join tier_reviews on customers.customer_key = tier_reviews.customer_key
    inner join lifecycle on customers.customer_key = lifecycle.customer_key
    inner join behaviour on customers.customer_key = behaviour.customer_key
    left join level_reviews on customers.customer_key = level_reviews.customer_key
    left join age_groups on customers.age_band = age_groups.age_band
),

grouped as (
    select
        measured.*,
        levels.customer_level_zh,
        target_group_rules.rule_number,
        target_group_rules.target_group,
        row_number() over (
            partition by measured.customer_key
            order by target_group_rules.rule_number
        ) as match_number
    from measured
    inner join levels on measured.customer_level = levels.customer_level
    inner join target_group_rules
        on
            levels.level_rank
            between target_group_rules.level_rank_min and target_group_rules.level_rank_max
            and coalesce(measured.silence_index, -1) >= target_group_rules.silence_index_from
            and coalesce(measured.silence_index, -1) < target_group_rules.silence_index_below
            and measured.reviewed_session_count >= target_group_rules.session_count_min
            and (
                measured.is_on_pace_to_next_level or not target_group_rules.is_on_pace_required
            )
),

final as (
    select
        grouped.customer_key,
        {{ as_of_date() }} as as_of_date,
        {{ month_start(as_of_date()) }} as review_date,
        grouped.age_group,
        grouped.family_status,
        demographic_segments.demographic_segment,
        demographic_segments.demographic_segment_zh,
        grouped.frequency_tier,
        grouped.frequency_tier_zh,
        grouped.monetary_tier,
        grouped.monetary_tier_zh,
        grouped.behavioural_segment,
        grouped.behavioural_segment_zh,
        clusters.behaviour_cluster,
        clusters.behaviour_cluster_zh,
        traits.primary_interest,
        traits.interests,
        traits.shopping_style,
        traits.shopping_style_zh,
        traits.shopping_style_source,
        traits.shopping_styles,
        grouped.customer_level,
        grouped.customer_level_zh,
        grouped.reviewed_margin_amount,
        grouped.margin_position_ratio,
        grouped.is_on_pace_to_next_level,
        cast(grouped.silence_index as decimal(9, 2)) as silence_index,
        grouped.target_group,
        target_groups.target_group_zh,
        grouped.rule_number as target_group_rule_number
    from grouped
    inner join target_groups on grouped.target_group = target_groups.target_group
    inner join traits on grouped.customer_key = traits.customer_key
    left join clusters on grouped.customer_key = clusters.customer_key
    left join demographic_segments
        on
            grouped.age_group = demographic_segments.age_group
            and grouped.family_status = demographic_segments.family_status
    where grouped.match_number = 1
)

select * from final
