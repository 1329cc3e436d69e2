-- The last rule fits every level, silence and number of visits, so that nobody is left out.
with

last_rule as (
    select *
    from {{ ref('target_group_rules') }}
    order by rule_number desc
    limit 1
),

level_ranks as (
    select
        min(level_rank) as best_rank,
        max(level_rank) as worst_rank
    from {{ ref('customer_levels') }}
)

select last_rule.rule_number
from last_rule
cross join level_ranks
where
    last_rule.level_rank_min > level_ranks.best_rank
    or last_rule.level_rank_max < level_ranks.worst_rank
    or last_rule.silence_index_from > -1
    or last_rule.silence_index_below < 9999
    or last_rule.is_on_pace_required
    or last_rule.session_count_min > 0
