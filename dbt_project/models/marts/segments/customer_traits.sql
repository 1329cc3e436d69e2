-- What is known of a customer's mind: what interests, and how one shops. The strongest first; empty
-- where nothing stands out.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

rules as (
    select * from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

ranked_interests as (
    select
        customer_key,
        interest,
        row_number() over (
            partition by customer_key
            order by min(interest_rank), min(interest_source), interest
        ) as interest_number
    from {{ ref('customer_interests') }}
    group by customer_key, interest
),

interests as (
    select
        ranked_interests.customer_key,
        max(case when ranked_interests.interest_number = 1 then ranked_interests.interest end)
            as primary_interest,
        {{ listed('ranked_interests.interest') }} as interests
    from ranked_interests
    inner join rules on ranked_interests.interest_number <= rules.interest_count_max
    group by ranked_interests.customer_key
),

styles as (
    select
        customer_key,
        max(case when style_rank = 1 then shopping_style end) as shopping_style,
        max(case when style_rank = 1 then shopping_style_zh end) as shopping_style_zh,
        {{ listed('shopping_style') }} as shopping_styles
    from {{ ref('customer_styles') }}
    where is_style
    group by customer_key
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        interests.primary_interest,
        interests.interests,
        styles.shopping_style,
        styles.shopping_style_zh,
        styles.shopping_styles
    from customers
    left join interests on customers.customer_key = interests.customer_key
    left join styles on customers.customer_key = styles.customer_key
)

select * from final
