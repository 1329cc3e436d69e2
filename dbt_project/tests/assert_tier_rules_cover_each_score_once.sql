-- Each score 0 to 5 lies in exactly one frequency tier and one monetary tier, each number of
-- purchase days in one stage; the value tiers begin at -1 (no orders) and at 0.
with

scores as (
    select 0 as score
    union all
    select 1
    union all
    select 2
    union all
    select 3
    union all
    select 4
    union all
    select 5
),

ranges as (
    select
        'frequency_tiers' as rule_table,
        frequency_score_min as score_min,
        frequency_score_max as score_max
    from {{ ref('frequency_tiers') }}

    union all

    select
        'monetary_tiers' as rule_table,
        monetary_score_min as score_min,
        monetary_score_max as score_max
    from {{ ref('monetary_tiers') }}

    union all

    select
        'lifecycle_stages' as rule_table,
        purchase_days_min as score_min,
        purchase_days_max as score_max
    from {{ ref('lifecycle_stages') }}
),

tables as (
    select distinct rule_table from ranges
),

first_value_tiers as (
    select count(*) as tier_count
    from {{ ref('value_tiers') }}
    where cumulative_margin_ratio_from in (-1, 0)
)

select tables.rule_table || ' score ' || cast(scores.score as varchar) as broken_rule
from tables
cross join scores
left join ranges
    on
        tables.rule_table = ranges.rule_table
        and scores.score between ranges.score_min and ranges.score_max
group by tables.rule_table, scores.score
having count(ranges.rule_table) <> 1

union all

select 'value_tiers has no tier from -1 or none from 0' as broken_rule
from first_value_tiers
where tier_count <> 2
