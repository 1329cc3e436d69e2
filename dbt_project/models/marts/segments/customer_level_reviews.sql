-- Each limit has a dead band: a customer inside it keeps what the latest clear review said. One
-- month with one order more or less moves nobody back and forth.
with

customer_reviews as (
    select
        *,
        {{ month_index('review_date') }} as review_number
    from {{ ref('customer_reviews') }}
),

rules as (
    select * from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

levels as (
    select * from {{ ref('customer_levels') }}
),

judged as (
    select
        customer_reviews.customer_key,
        customer_reviews.review_date,
        levels.level_rank,
        customer_reviews.margin_position_ratio < levels.margin_ratio_enter_below as is_reached,
        {{ with_dead_band(
            'customer_reviews.review_number',
            'customer_reviews.margin_position_ratio < levels.margin_ratio_enter_below',
            'coalesce(customer_reviews.margin_position_ratio '
            ~ '>= levels.margin_ratio_leave_from, true)',
            'customer_reviews.customer_key, levels.level_rank',
        ) }} as is_held
    from customer_reviews
    cross join levels
    where levels.customer_level <> 'none'
),

given as (
    select
        customer_key,
        review_date,
        min(case when is_reached then level_rank end) as reached_rank,
        min(case when is_held then level_rank end) as held_rank
    from judged
    group by customer_key, review_date
),

entry_amounts as (
    select
        customer_reviews.review_date,
        levels.level_rank,
        min(customer_reviews.reviewed_margin_amount) as entry_margin_amount
    from customer_reviews
    inner join levels
        on customer_reviews.margin_position_ratio < levels.margin_ratio_enter_below
    group by customer_reviews.review_date, levels.level_rank
),

unrated as (
    select level_rank
    from levels
    where customer_level = 'none'
),

ranked as (
    select
        customer_reviews.*,
        coalesce(given.reached_rank, unrated.level_rank) as reached_rank,
        coalesce(given.held_rank, unrated.level_rank) as held_rank,
        entry_amounts.entry_margin_amount
    from customer_reviews
    cross join unrated
    left join given
        on
            customer_reviews.customer_key = given.customer_key
            and customer_reviews.review_date = given.review_date
    left join entry_amounts
        on
            customer_reviews.review_date = entry_amounts.review_date
            and coalesce(given.held_rank, unrated.level_rank) - 1 = entry_amounts.level_rank
),

final as (
    select
        ranked.customer_key,
        {{ as_of_date() }} as as_of_date,
        ranked.review_date,
        ranked.reviewed_order_count,
        ranked.reviewed_margin_amount,
        ranked.margin_position_ratio,
        reached.customer_level as plain_customer_level,
        held.customer_level,
        held.customer_level_zh,
        ranked.pace_margin_amount,
        cast(ranked.entry_margin_amount as decimal(18, 2)) as next_level_margin_amount,
        {{ with_dead_band(
            'ranked.review_number',
            'ranked.pace_margin_amount > 0 and ranked.pace_margin_amount '
            ~ '>= rules.pace_ratio_enter * ranked.entry_margin_amount',
            'coalesce(ranked.pace_margin_amount '
            ~ '< rules.pace_ratio_leave * ranked.entry_margin_amount, true)',
            'ranked.customer_key',
        ) }} as is_on_pace_to_next_level
    from ranked
    cross join rules
    inner join levels as reached on ranked.reached_rank = reached.level_rank
    inner join levels as held on ranked.held_rank = held.level_rank
)

select * from final
