-- Which goods are bought together more often than by chance: pairs of frequent items, each in both
-- directions. Only items that are frequent alone can be frequent as a pair, so the self-join sees
-- no others. The log-likelihood ratio (G2) of the four-field table is significant from the value
-- that the seed gives; it is two-sided: lift says whether together or apart.
with

rules as (
    select * from {{ ref('affinity_rules') }}
),

basket_items as (
    select * from {{ ref('basket_items') }}
),

products as (
    select
        product_id,
        product_type
    from {{ ref('dim_products') }}
),

level_items as (
    {%- for level, item in [('category', 'product_category'), ('product', 'product_id')] %}
    select distinct
        '{{ level }}' as affinity_level,
        basket_items.basket_number,
        basket_items.{{ item }} as item
    from basket_items
    cross join rules
    where
        rules.affinity_level = '{{ level }}'
        and (
            rules.window_days = 0
            or basket_items.ordered_date > {{ days_after(as_of_date(), '-rules.window_days') }}
        )
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

baskets as (
    select
        affinity_level,
        count(distinct basket_number) as basket_count
    from level_items
    group by affinity_level
),

limits as (
    select
        rules.*,
        baskets.basket_count,
        greatest(
            rules.support_ratio_min * baskets.basket_count, rules.pair_basket_count_min
        ) as count_min
    from baskets
    inner join rules on baskets.affinity_level = rules.affinity_level
),

item_counts as (
    select
        affinity_level,
        item,
        count(*) as item_basket_count
    from level_items
    group by affinity_level, item
),

frequent_items as (
    select
        item_counts.*,
        cast(
            row_number() over (order by item_counts.affinity_level, item_counts.item) as integer
        ) as item_number
    from item_counts
    inner join limits on item_counts.affinity_level = limits.affinity_level
    where item_counts.item_basket_count >= limits.count_min
),

-- In order, so that the join and the counting meet in memory what belongs together: half the time.
numbered as (
    select
        level_items.affinity_level,
        level_items.basket_number,
        frequent_items.item_number
    from level_items
    inner join frequent_items
        on
            level_items.affinity_level = frequent_items.affinity_level
            and level_items.item = frequent_items.item
    order by
        level_items.affinity_level,
        level_items.basket_number,
        frequent_items.item_number
),

pair_counts as (
    select
        one.affinity_level,
        one.item_number,
        other.item_number as other_number,
        count(*) as pair_basket_count
    from numbered as one
    inner join numbered as other
        on
            one.affinity_level = other.affinity_level
            and one.basket_number = other.basket_number
            and one.item_number < other.item_number
    group by one.affinity_level, one.item_number, other.item_number
),

frequent_pairs as (
    select pair_counts.*
    from pair_counts
    inner join limits on pair_counts.affinity_level = limits.affinity_level
    where pair_counts.pair_basket_count >= limits.count_min
),

directions as (
    select
        item_number,
        other_number,
        pair_basket_count
    from frequent_pairs
    union all
    select
        other_number as item_number,
        item_number as other_number,
        pair_basket_count
    from frequent_pairs
),

counted as (
    select
        ones.affinity_level,
        ones.item,
        others.item as other_item,
        limits.window_days,
        limits.log_likelihood_ratio_min,
        limits.basket_count,
        ones.item_basket_count,
        others.item_basket_count as other_basket_count,
        directions.pair_basket_count,
        cast(limits.basket_count as double) as all_n,
        cast(ones.item_basket_count as double) as item_n,
        cast(others.item_basket_count as double) as other_n,
        cast(directions.pair_basket_count as double) as pair_n
    from directions
    inner join frequent_items as ones on directions.item_number = ones.item_number
    inner join frequent_items as others on directions.other_number = others.item_number
    inner join limits on ones.affinity_level = limits.affinity_level
),

tested as (
    select
        *,
        greatest(
            2 * (
                {{ x_ln_x('pair_n') }}
                + {{ x_ln_x('(item_n - pair_n)') }}
                + {{ x_ln_x('(other_n - pair_n)') }}
                + {{ x_ln_x('(all_n - item_n - other_n + pair_n)') }}
                + {{ x_ln_x('all_n') }}
                - {{ x_ln_x('item_n') }}
                - {{ x_ln_x('(all_n - item_n)') }}
                - {{ x_ln_x('other_n') }}
                - {{ x_ln_x('(all_n - other_n)') }}
            ),
            0
        ) as log_likelihood_ratio
    from counted
),

final as (
    select
        tested.affinity_level,
        tested.item,
        tested.other_item,
        {{ as_of_date() }} as as_of_date,
        item_types.product_type as item_product_type,
        other_types.product_type as other_product_type,
        tested.window_days,
        tested.basket_count,
        tested.item_basket_count,
        tested.other_basket_count,
        tested.pair_basket_count,
        cast(tested.pair_n / tested.all_n as decimal(18, 9)) as support_ratio,
        cast(tested.pair_n / tested.item_n as decimal(18, 9)) as confidence_ratio,
        cast(tested.pair_n / tested.other_n as decimal(18, 9)) as reverse_confidence_ratio,
        cast(tested.pair_n * tested.all_n / (tested.item_n * tested.other_n) as decimal(18, 6))
            as lift,
        cast(
            tested.pair_n / tested.all_n
            - tested.item_n / tested.all_n * (tested.other_n / tested.all_n) as decimal(18, 9)
        ) as leverage,
        cast(
            (1 - tested.other_n / tested.all_n)
            / nullif(1 - tested.pair_n / tested.item_n, 0) as decimal(18, 6)
        ) as conviction,
        cast(tested.log_likelihood_ratio as decimal(18, 4)) as log_likelihood_ratio,
        cast(tested.log_likelihood_ratio as decimal(18, 4)) >= tested.log_likelihood_ratio_min
            as is_significant
    from tested
    left join products as item_types
        on tested.affinity_level = 'product' and tested.item = item_types.product_id
    left join products as other_types
        on tested.affinity_level = 'product' and tested.other_item = other_types.product_id
)

select * from final
