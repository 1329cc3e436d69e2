-- What each customer had bought up to each cut, by product type and in days: neither prices nor
-- packs weigh. Types are fine enough to say what somebody needs and coarse enough to be compared; a
-- single product is bought by too few.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

rules as (
    select * from {{ ref('recommendation_rules') }}
    where rule_set = 'default'
),

basket_items as (
    select * from {{ ref('basket_items') }}
),

cuts as (
    {{ recommendation_cuts('rules') }}
),

-- Of several products of a type on one day the highest id stands for all.
purchase_days as (
    select
        basket_items.customer_key,
        basket_items.product_type_key,
        basket_items.ordered_date,
        max(basket_items.product_id) as product_id
    from basket_items
    inner join customers on basket_items.customer_key = customers.customer_key
    group by basket_items.customer_key, basket_items.product_type_key, basket_items.ordered_date
),

purchased as (
    select
        cuts.cut_name,
        cuts.cut_date,
        purchase_days.customer_key,
        purchase_days.product_type_key,
        count(*) as purchase_day_count,
        min(purchase_days.ordered_date) as first_purchase_date,
        max(purchase_days.ordered_date) as last_purchase_date,
        {{ value_at_max('purchase_days.product_id', 'purchase_days.ordered_date') }}
            as last_product_id
    from purchase_days
    inner join cuts on purchase_days.ordered_date <= cuts.cut_date
    group by
        cuts.cut_name, cuts.cut_date, purchase_days.customer_key, purchase_days.product_type_key
),

last_days as (
    select
        customer_key,
        max(ordered_date) as last_ordered_date
    from purchase_days
    group by customer_key
),

buyers as (
    select
        purchased.cut_name,
        purchased.customer_key,
        max(last_days.last_ordered_date) > max(purchased.cut_date) as bought_later
    from purchased
    inner join last_days on purchased.customer_key = last_days.customer_key
    group by purchased.cut_name, purchased.customer_key
),

-- Samples by the hash of the key: the same customers every night, whoever comes or goes.
sampled as (
    select
        *,
        cast(row_number() over (order by cut_name, customer_key) as integer) as customer_number,
        row_number() over (
            partition by cut_name
            order by md5(customer_key), customer_key
        ) as similarity_rank,
        row_number() over (
            partition by cut_name, bought_later
            order by md5(customer_key), customer_key
        ) as later_rank
    from buyers
),

final as (
    select
        purchased.cut_name,
        purchased.cut_date,
        purchased.customer_key,
        purchased.product_type_key,
        {{ as_of_date() }} as as_of_date,
        sampled.customer_number,
        sampled.similarity_rank <= rules.similarity_customer_max as is_in_similarity,
        purchased.cut_name = 'live'
        or (sampled.bought_later and sampled.later_rank <= rules.backtest_customer_max)
            as is_recommended_to,
        purchased.purchase_day_count,
        purchased.first_purchase_date,
        purchased.last_purchase_date,
        purchased.last_product_id,
        cast(
            {{ days_between('purchased.first_purchase_date', 'purchased.last_purchase_date') }}
            / nullif(purchased.purchase_day_count - 1, 0) as decimal(9, 2)
        ) as purchase_gap_days
    from purchased
    cross join rules
    inner join sampled
        on
            purchased.cut_name = sampled.cut_name
            and purchased.customer_key = sampled.customer_key
)

select * from final
