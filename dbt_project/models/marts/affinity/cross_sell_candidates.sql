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

cuts as (
    {{ recommendation_cuts('rules') }}
),

returned as (
    {{ returned_up_to('cuts', 'refund_lines') }}
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
        product_type
    from asked
    union
    select
        returned.cut_name,
        returned.customer_key,
        coalesce(products.product_type, products.product_category) as product_type
    from returned
    inner join products on returned.product_id = products.product_id
),

types as (
    select distinct
        cut_name,
        product_type,
        type_number
    from similarities
),

basis as (
    select
        asked.customer_number,
        types.type_number,
        row_number() over (
            partition by asked.customer_number
            order by
                asked.last_purchase_date desc,
                asked.purchase_day_count desc,
                asked.product_type asc
        ) as basis_rank
    from asked
    inner join types
        on
            asked.cut_name = types.cut_name
            and asked.product_type = types.product_type
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
    cross join rules
    inner join neighbours on basis.type_number = neighbours.type_number
    where basis.basis_rank <= rules.cross_sell_basis_count
    group by basis.customer_number, neighbours.other_number
),

named as (
    select
        types.cut_name,
        asked_customers.customer_key,
        types.product_type,
        scored.millionths,
        scored.reason_number
    from scored
    inner join types on scored.other_number = types.type_number
    inner join asked_customers on scored.customer_number = asked_customers.customer_number
),

nearby as (
    select
        named.cut_name,
        named.customer_key,
        'item_similarity' as method,
        named.product_type,
        named.millionths as ordering,
        cast(named.millionths / 1000000 as decimal(18, 6)) as recommendation_score,
        named.reason_number
    from named
    left join closed_types
        on
            named.cut_name = closed_types.cut_name
            and named.customer_key = closed_types.customer_key
            and named.product_type = closed_types.product_type
    where closed_types.product_type is null
),

type_customers as (
    select
        cut_name,
        product_type,
        count(*) as type_customer_count
    from purchased
    group by cut_name, product_type
),

popularity as (
    select
        offers.cut_name,
        offers.product_type,
        type_customers.type_customer_count,
        row_number() over (
            partition by offers.cut_name
            order by type_customers.type_customer_count desc, offers.product_type asc
        ) as popularity_rank
    from offers
    inner join type_customers
        on
            offers.cut_name = type_customers.cut_name
            and offers.product_type = type_customers.product_type
),

-- Of the most popular types as many as the customer has, and the wanted number more, are enough.
popular as (
    select
        asked_customers.cut_name,
        asked_customers.customer_key,
        methods.method,
        popularity.product_type,
        popularity.type_customer_count as ordering,
        cast(popularity.type_customer_count as decimal(18, 6)) as recommendation_score,
        cast(null as bigint) as reason_number
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
            and popularity.product_type = closed_types.product_type
    where closed_types.product_type is null
),

candidates as (
    select * from nearby
    union all
    select * from popular
),

ranked as (
    select
        *,
        cast(
            row_number() over (
                partition by cut_name, customer_key, method
                order by ordering desc, product_type asc
            ) as integer
        ) as recommendation_rank
    from candidates
),

final as (
    select
        ranked.cut_name,
        ranked.customer_key,
        {{ as_of_date() }} as as_of_date,
        'cross_sell' as recommendation_kind,
        ranked.method,
        ranked.recommendation_rank,
        ranked.product_type,
        ranked.recommendation_score,
        types.product_type as reason_type
    from ranked
    cross join rules
    left join types on ranked.reason_number = types.type_number
    where ranked.recommendation_rank <= rules.recommendation_count
)

select * from final
