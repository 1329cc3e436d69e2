-- Cosine of two product types over the customers who bought them: those who bought both, by the
-- geometric mean of those who bought either. Kept are the nearest of each type. A type that cannot
-- be offered is neither offered nor given as a reason.
with

rules as (
    select * from {{ ref('recommendation_rules') }}
    where rule_set = 'default'
),

offered_types as (
    select distinct
        cut_name,
        product_type_key
    from {{ ref('product_offers') }}
),

purchased as (
    select
        purchased.cut_name,
        purchased.cut_date,
        purchased.customer_number,
        purchased.product_type_key
    from {{ ref('customer_purchased_types') }} as purchased
    inner join offered_types
        on
            purchased.cut_name = offered_types.cut_name
            and purchased.product_type_key = offered_types.product_type_key
    where purchased.is_in_similarity
),

types as (
    select
        cut_name,
        cut_date,
        product_type_key,
        count(*) as type_customer_count,
        cast(row_number() over (order by cut_name, product_type_key) as integer) as type_number
    from purchased
    group by cut_name, cut_date, product_type_key
),

-- Types and customers are numbered over both cuts, so that the join needs no cut; numbers follow
-- the names, so that they part equals alike. In order the counting takes half the time.
numbered as (
    select
        purchased.customer_number,
        types.type_number
    from purchased
    cross join rules
    inner join types
        on
            purchased.cut_name = types.cut_name
            and purchased.product_type_key = types.product_type_key
    where types.type_customer_count >= rules.similar_customer_count_min
    order by purchased.customer_number, types.type_number
),

pair_counts as (
    select
        one.type_number,
        other.type_number as other_number,
        count(*) as both_customer_count
    from numbered as one
    inner join numbered as other
        on
            one.customer_number = other.customer_number
            and one.type_number < other.type_number
    group by one.type_number, other.type_number
),

measured as (
    select
        pair_counts.*,
        cast(
            pair_counts.both_customer_count
            / sqrt(cast(ones.type_customer_count as double) * others.type_customer_count)
            as decimal(9, 6)
        ) as similarity
    from pair_counts
    cross join rules
    inner join types as ones on pair_counts.type_number = ones.type_number
    inner join types as others on pair_counts.other_number = others.type_number
    where pair_counts.both_customer_count >= rules.similar_customer_count_min
),

directions as (
    select
        type_number,
        other_number,
        both_customer_count,
        similarity
    from measured
    union all
    select
        other_number as type_number,
        type_number as other_number,
        both_customer_count,
        similarity
    from measured
),

ranked as (
    select
        *,
        cast(
            row_number() over (
                partition by type_number
                order by similarity desc, both_customer_count desc, other_number asc
            ) as integer
        ) as similarity_rank
    from directions
),

final as (
    select
        ones.cut_name,
        ones.cut_date,
        ones.product_type_key,
        others.product_type_key as other_type_key,
        {{ as_of_date() }} as as_of_date,
        ranked.type_number,
        ranked.other_number,
        ranked.both_customer_count,
        ranked.similarity,
        ranked.similarity_rank
    from ranked
    cross join rules
    inner join types as ones on ranked.type_number = ones.type_number
    inner join types as others on ranked.other_number = others.type_number
    where ranked.similarity_rank <= rules.similar_type_count
)

select * from final
