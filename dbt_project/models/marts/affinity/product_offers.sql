-- What can be offered on each cut: a product of the catalogue that somebody bought in the last
-- days and paid for, of no category that the company does not advertise. Its price is what was paid
-- for a piece; the bands cut the products of a type by it, ties into the lower band.
with

rules as (
    select * from {{ ref('recommendation_rules') }}
    where rule_set = 'default'
),

exclusions as (
    select product_category from {{ ref('recommendation_exclusions') }}
),

basket_items as (
    select * from {{ ref('basket_items') }}
),

cuts as (
    {{ recommendation_cuts('rules') }}
),

sold as (
    select
        cuts.cut_name,
        cuts.cut_date,
        basket_items.product_id,
        max(basket_items.product_category) as product_category,
        max(basket_items.product_type) as product_type,
        max(basket_items.product_type_key) as product_type_key,
        max(basket_items.brand) as brand,
        count(*) as sold_basket_count,
        cast(
            sum(basket_items.net_amount) / sum(basket_items.quantity) as decimal(18, 2)
        ) as unit_price
    from basket_items
    cross join rules
    inner join cuts
        on
            basket_items.ordered_date <= cuts.cut_date
            and basket_items.ordered_date > {{ days_after('cuts.cut_date', '-rules.offer_days') }}
    group by cuts.cut_name, cuts.cut_date, basket_items.product_id
    having sum(basket_items.net_amount) > 0
),

offered as (
    select sold.*
    from sold
    left join exclusions on sold.product_category = exclusions.product_category
    where exclusions.product_category is null
),

final as (
    select
        offered.cut_name,
        offered.cut_date,
        offered.product_id,
        {{ as_of_date() }} as as_of_date,
        offered.product_category,
        offered.product_type,
        offered.product_type_key,
        offered.brand,
        offered.sold_basket_count,
        offered.unit_price,
        cast(
            1 + floor(
                rules.price_band_count * (
                    rank() over (
                        partition by offered.cut_name, offered.product_type_key
                        order by offered.unit_price
                    ) - 1
                ) / count(*) over (partition by offered.cut_name, offered.product_type_key)
            ) as integer
        ) as price_band,
        cast(
            row_number() over (
                partition by offered.cut_name, offered.product_type_key
                order by offered.sold_basket_count desc, offered.product_id asc
            ) as integer
        ) as type_rank,
        cast(
            row_number() over (
                partition by offered.cut_name, offered.product_type_key, offered.brand
                order by offered.sold_basket_count desc, offered.product_id asc
            ) as integer
        ) as brand_rank
    from offered
    cross join rules
)

select * from final
