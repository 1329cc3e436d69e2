-- Types that a customer never bought, by how near they are to what the customer bought last: the
-- cosines with these types added up. For the back-test beside them the most bought types that the
-- customer never bought. What was given back is not tried again, whichever product it was of the
-- type. The reason is the type bought last among whose neighbours this one stands highest. Cosines
-- are added as whole millionths, so that the order of adding changes nothing.
with

rules as (
    select * from {{ ref('recommendation_rules') }}
    where rule_set = 'default'
),

methods as (
    select * from {{ ref('recommendation_methods') }}
    where recommendation_kind = 'cross_sell'
),

purchased as (
    select * from {{ ref('customer_purchased_types') }}
),

similarities as (
    select * from {{ ref('product_type_similarities') }}
),

offers as (
    select * from {{ ref('product_offers') }}
    where type_rank = 1
),

products as (
    select * from {{ ref('dim_products') }}
),

refund_lines as (
    select * from {{ ref('fct_refund_lines') }}
),

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

cuts as (
    {{ recommendation_cuts('rules') }}
),

returned as (
    {{ returned_up_to('cuts', 'refund_lines', 'order_lines') }}
),

asked as (
    select * from purchased
    where is_recommended_to
),

asked_customers as (
    select
        cut_name,
        cut_date,
        customer_key,
        customer_number,
        count(*) as own_type_count
    from asked
    group by cut_name, cut_date, customer_key, customer_number
),

closed_types as (
    select
        cut_name,
        customer_key,
        product_type_key
    from asked
    union
    select
        returned.cut_name,
        returned.customer_key,
        {{ product_type_key('products.product_category', 'products.product_type') }}
            as product_type_key
    from returned
    inner join products on returned.product_id = products.product_id
    where products.product_category is not null
),

types as (
    select distinct
        cut_name,
        product_type_key,
        type_number
    from similarities
),

ranked_basis as (
    select
        asked.customer_number,
        types.type_number,
        row_number() over (
            partition by asked.customer_number
            order by
                asked.last_purchase_date desc,
                asked.purchase_day_count desc,
                asked.product_type_key asc
        ) as basis_rank
    from asked
    inner join types
        on
            asked.cut_name = types.cut_name
            and asked.product_type_key = types.product_type_key
),

-- In order, so that the scores of a customer are added up side by side in memory.
basis as (
    select
        ranked_basis.customer_number,
        ranked_basis.type_number
    from ranked_basis
    cross join rules
    where ranked_basis.basis_rank <= rules.cross_sell_basis_count
    order by ranked_basis.customer_number, ranked_basis.type_number
),

neighbours as (
    select
        type_number,
        other_number,
        cast(round(similarity * 1000000) as double) as millionths,
        cast(similarity_rank as bigint) * 1000000 + type_number as nearest
    from similarities
),

scored as (
    select
        basis.customer_number,
        neighbours.other_number,
        sum(neighbours.millionths) as millionths,
        min(neighbours.nearest) % 1000000 as reason_number
    from basis
    inner join neighbours on basis.type_number = neighbours.type_number
    group by basis.customer_number, neighbours.other_number
),

-- By numbers until few are left: names would take most of the time.
closed_numbers as (
    select
        asked_customers.customer_number,
        types.type_number
    from closed_types
    inner join asked_customers
        on
            closed_types.cut_name = asked_customers.cut_name
            and closed_types.customer_key = asked_customers.customer_key
    inner join types
        on
            closed_types.cut_name = types.cut_name
            and closed_types.product_type_key = types.product_type_key
),

open_scored as (
    select scored.*
    from scored
    left join closed_numbers
        on
            scored.customer_number = closed_numbers.customer_number
            and scored.other_number = closed_numbers.type_number
    where closed_numbers.type_number is null
),

ranked_similar as (
    select
        *,
        row_number() over (
            partition by customer_number
            order by millionths desc, other_number asc
        ) as recommendation_rank
    from open_scored
),

nearby as (
    select
        asked_customers.cut_name,
        asked_customers.customer_key,
        'item_similarity' as method,
        ranked_similar.recommendation_rank,
        types.product_type_key,
        cast(ranked_similar.millionths / 1000000 as decimal(18, 6)) as recommendation_score,
        reason_types.product_type_key as reason_type_key
    from ranked_similar
    cross join rules
    inner join asked_customers on ranked_similar.customer_number = asked_customers.customer_number
    inner join types on ranked_similar.other_number = types.type_number
    inner join types as reason_types on ranked_similar.reason_number = reason_types.type_number
    inner join methods
        on
            methods.method = 'item_similarity'
            and {{ is_method_needed('asked_customers.cut_name', 'methods') }}
    where ranked_similar.recommendation_rank <= rules.recommendation_count
),

type_customers as (
    select
        cut_name,
        product_type_key,
        count(*) as type_customer_count
    from purchased
    group by cut_name, product_type_key
),

popularity as (
    select
        offers.cut_name,
        offers.product_type_key,
        type_customers.type_customer_count,
        row_number() over (
            partition by offers.cut_name
            order by type_customers.type_customer_count desc, offers.product_type_key asc
        ) as popularity_rank
    from offers
    inner join type_customers
        on
            offers.cut_name = type_customers.cut_name
            and offers.product_type_key = type_customers.product_type_key
),

-- Of the most popular types as many as the customer has, and the wanted number more, are enough.
popular as (
    select
        asked_customers.cut_name,
        asked_customers.customer_key,
        methods.method,
        row_number() over (
            partition by asked_customers.cut_name, asked_customers.customer_key
            order by popularity.popularity_rank
        ) as recommendation_rank,
        popularity.product_type_key,
        cast(popularity.type_customer_count as decimal(18, 6)) as recommendation_score,
        cast(null as {{ dbt.type_string() }}) as reason_type_key
    from asked_customers
    cross join rules
    inner join methods
        on
            methods.method = 'popularity'
            and {{ is_method_needed('asked_customers.cut_name', 'methods') }}
    inner join popularity
        on
            asked_customers.cut_name = popularity.cut_name
            and popularity.popularity_rank
            <= asked_customers.own_type_count + rules.recommendation_count
    left join closed_types
        on
            asked_customers.cut_name = closed_types.cut_name
            and asked_customers.customer_key = closed_types.customer_key
            and popularity.product_type_key = closed_types.product_type_key
    where closed_types.product_type_key is null
),

candidates as (
    select * from nearby
    union all
    select popular.*
    from popular
    cross join rules
    where popular.recommendation_rank <= rules.recommendation_count
),

final as (
    select
        cut_name,
        customer_key,
        {{ as_of_date() }} as as_of_date,
        'cross_sell' as recommendation_kind,
        method,
        cast(recommendation_rank as integer) as recommendation_rank,
        product_type_key,
        recommendation_score,
        reason_type_key
    from candidates
)

select * from final
