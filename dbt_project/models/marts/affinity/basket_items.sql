-- What was bought together: the goods of each valid order. Lines of a product that the catalogue
-- does not know or that has no category say nothing about kinds of goods; lines of nothing sold
-- were not in the basket. What was given back later was still bought together. One name of a type
-- stands for different goods in different categories, so category and type together are the key.
with

baskets as (
    select
        order_id,
        cast(row_number() over (order by order_id) as integer) as basket_number
    from {{ ref('fct_orders') }}
    where is_valid_order
),

products as (
    select
        product_id,
        product_category,
        coalesce(product_type, product_category) as product_type,
        {{ product_type_key('product_category', 'product_type') }} as product_type_key,
        brand
    from {{ ref('dim_products') }}
    where not is_unknown and product_category is not null
),

order_lines as (
    select * from {{ ref('fct_order_lines') }}
    where quantity > 0
),

final as (
    select
        baskets.basket_number,
        order_lines.customer_key,
        {{ as_of_date() }} as as_of_date,
        order_lines.ordered_date,
        order_lines.product_id,
        products.product_category,
        products.product_type,
        products.product_type_key,
        products.brand,
        order_lines.quantity,
        order_lines.net_amount
    from order_lines
    inner join baskets on order_lines.order_id = baskets.order_id
    inner join products on order_lines.product_id = products.product_id
)

select * from final
