-- How right the recommendations would have been: made as of the cut by the statements that make
-- tonight's, judged by what the same customers bought after it. Of every kind each method is there,
-- the naive one too. Right is: bought again (buy_again), bought for the first time (cross_sell),
-- bought in the type at a price that is a step up (up_sell).
with

rules as (
    select * from {{ ref('recommendation_rules') }}
    where rule_set = 'default'
),

methods as (
    select * from {{ ref('recommendation_methods') }}
),

purchased as (
    select * from {{ ref('customer_purchased_types') }}
    where cut_name = 'back_test' and is_recommended_to
),

offers as (
    select * from {{ ref('product_offers') }}
    where cut_name = 'back_test'
),

asked as (
    select
        customer_key,
        min(cut_date) as cut_date
    from purchased
    group by customer_key
),

later_items as (
    select
        basket_items.customer_key,
        basket_items.product_type_key,
        max(offers.unit_price) as highest_unit_price
    from {{ ref('basket_items') }} as basket_items
    inner join asked
        on
            basket_items.customer_key = asked.customer_key
            and basket_items.ordered_date > asked.cut_date
    left join offers on basket_items.product_id = offers.product_id
    group by basket_items.customer_key, basket_items.product_type_key
),

relevant as (
    select
        case when purchased.product_type_key is null then 'cross_sell' else 'buy_again' end
            as recommendation_kind,
        later_items.customer_key,
        later_items.product_type_key
    from later_items
    left join purchased
        on
            later_items.customer_key = purchased.customer_key
            and later_items.product_type_key = purchased.product_type_key
    union all
    select
        'up_sell' as recommendation_kind,
        later_items.customer_key,
        later_items.product_type_key
    from later_items
    cross join rules
    inner join purchased
        on
            later_items.customer_key = purchased.customer_key
            and later_items.product_type_key = purchased.product_type_key
    inner join offers on purchased.last_product_id = offers.product_id
    where later_items.highest_unit_price >= rules.price_step_ratio_min * offers.unit_price
),

relevant_counts as (
    select
        recommendation_kind,
        customer_key,
        count(*) as relevant_count
    from relevant
    group by recommendation_kind, customer_key
),

recommended as (
    {%- for kind in ['buy_again', 'cross_sell', 'up_sell'] %}
    select
        recommendation_kind,
        method,
        customer_key,
        product_type_key
    from {{ ref(kind ~ '_candidates') }}
    where cut_name = 'back_test'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

hits as (
    select
        recommended.recommendation_kind,
        recommended.method,
        recommended.customer_key,
        count(*) as offered_count,
        count(relevant.product_type_key) as hit_count
    from recommended
    left join relevant
        on
            recommended.recommendation_kind = relevant.recommendation_kind
            and recommended.customer_key = relevant.customer_key
            and recommended.product_type_key = relevant.product_type_key
    group by recommended.recommendation_kind, recommended.method, recommended.customer_key
),

judged as (
    select
        methods.recommendation_kind,
        methods.method,
        count(asked.customer_key) as asked_customer_count,
        count(relevant_counts.customer_key) as relevant_customer_count,
        coalesce(sum(hits.offered_count), 0) as offered_count,
        coalesce(sum(hits.hit_count), 0) as hit_count,
        coalesce(sum(case when hits.hit_count > 0 then 1 else 0 end), 0) as hit_customer_count,
        coalesce(
            sum(
                cast(
                    coalesce(hits.hit_count, 0) / cast(relevant_counts.relevant_count as double)
                    as decimal(18, 9)
                )
            ),
            0
        ) as recall_total
    from methods
    left join asked on true
    left join relevant_counts
        on
            methods.recommendation_kind = relevant_counts.recommendation_kind
            and asked.customer_key = relevant_counts.customer_key
    left join hits
        on
            methods.recommendation_kind = hits.recommendation_kind
            and methods.method = hits.method
            and asked.customer_key = hits.customer_key
    group by methods.recommendation_kind, methods.method
),

final as (
    select
        methods.recommendation_kind,
        methods.method as recommendation_method,
        {{ as_of_date() }} as as_of_date,
        methods.kind_zh as recommendation_kind_zh,
        methods.method_zh as recommendation_method_zh,
        methods.is_shipped,
        {{ days_after(as_of_date(), '-rules.backtest_horizon_days') }} as cut_date,
        rules.backtest_horizon_days as horizon_days,
        rules.recommendation_count,
        judged.asked_customer_count,
        judged.relevant_customer_count,
        cast(judged.offered_count as bigint) as offered_count,
        cast(judged.hit_count as bigint) as hit_count,
        {{ ratio_of(
            'judged.hit_count', '(judged.asked_customer_count * rules.recommendation_count)'
        ) }} as precision_ratio,
        {{ ratio_of('judged.hit_count', 'judged.offered_count') }} as offered_precision_ratio,
        {{ ratio_of('judged.recall_total', 'judged.relevant_customer_count') }} as recall_ratio,
        {{ ratio_of('judged.hit_customer_count', 'judged.asked_customer_count') }} as hit_ratio
    from methods
    cross join rules
    inner join judged
        on
            methods.recommendation_kind = judged.recommendation_kind
            and methods.method = judged.method
)

select * from final
