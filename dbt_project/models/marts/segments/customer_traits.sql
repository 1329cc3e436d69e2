-- What is known of a customer's mind: what interests, and how one shops. The strongest first; empty
-- where nothing stands out. What the orders show comes before what a survey says.
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

stated_styles as (
    select
        statements.customer_key,
        shopping_styles.shopping_style,
        shopping_styles.shopping_style_zh
    from {{ ref('customer_statements') }} as statements
    inner join {{ ref('shopping_styles') }} as shopping_styles
        on statements.meaning = shopping_styles.shopping_style
    where statements.meaning_kind = 'style' and statements.statement_rank = 1
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        interests.primary_interest,
        interests.interests,
        coalesce(styles.shopping_style, stated_styles.shopping_style) as shopping_style,
        coalesce(styles.shopping_style_zh, stated_styles.shopping_style_zh) as shopping_style_zh,
        case
            when styles.shopping_style is not null then 'observed'
            when stated_styles.shopping_style is not null then 'stated'
        end as shopping_style_source,
        styles.shopping_styles
    from customers
    left join interests on customers.customer_key = interests.customer_key
    left join styles on customers.customer_key = styles.customer_key
    left join stated_styles on customers.customer_key = stated_styles.customer_key
)

select * from final
