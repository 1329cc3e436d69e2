-- Shares of order lines. Unknown products, returns and lines without a price say nothing here.
with

rules as (
    select * from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

dates as (
    select date_day from {{ ref('dim_dates') }}
),

windows as (
    {{ review_windows('style_review_count') }}
),

reviewed_lines as (
    select
        lines.customer_key,
        windows.review_date,
        lines.product_id,
        products.product_type,
        coalesce(products.product_category, products.department) as category,
        coalesce(products.manufacturer_id, products.brand) as brand_key,
        lines.quantity,
        lines.gross_amount,
        lines.discount_amount + lines.coupon_discount_amount > 0 as is_discounted
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('dim_customers') }} as customers
        on lines.customer_key = customers.customer_key
    inner join {{ ref('fct_orders') }} as orders on lines.order_id = orders.order_id
    inner join {{ ref('dim_products') }} as products on lines.product_id = products.product_id
    inner join windows on {{ month_index('lines.ordered_date') }} = windows.window_month
    where
        customers.is_counted and orders.is_valid_order and not products.is_unknown
        and lines.quantity > 0 and lines.gross_amount > 0
),

usual_prices as (
    select
        review_date,
        product_type,
        sum(gross_amount) / sum(quantity) as unit_price
    from reviewed_lines
    where product_type is not null
    group by review_date, product_type
),

products_bought as (
    select
        reviewed_lines.customer_key,
        reviewed_lines.review_date,
        reviewed_lines.product_id,
        reviewed_lines.category,
        reviewed_lines.brand_key,
        count(*) as line_count,
        count(case when reviewed_lines.is_discounted then 1 end) as discounted_count,
        count(case when reviewed_lines.quantity >= rules.bulk_quantity then 1 end) as bulk_count,
        count(usual_prices.unit_price) as priced_count,
        count(
            case
                when
                    reviewed_lines.gross_amount / reviewed_lines.quantity
                    >= rules.premium_price_ratio * usual_prices.unit_price
                    then 1
            end
        ) as premium_count
    from reviewed_lines
    cross join rules
    left join usual_prices
        on
            reviewed_lines.review_date = usual_prices.review_date
            and reviewed_lines.product_type = usual_prices.product_type
    group by
        reviewed_lines.customer_key,
        reviewed_lines.review_date,
        reviewed_lines.product_id,
        reviewed_lines.category,
        reviewed_lines.brand_key
),

brands_bought as (
    select
        customer_key,
        review_date,
        category,
        sum(line_count) as line_count
    from products_bought
    where category is not null and brand_key is not null
    group by customer_key, review_date, category, brand_key
),

categories_bought as (
    select
        customer_key,
        review_date,
        sum(line_count) as line_count,
        max(line_count) as top_brand_count
    from brands_bought
    group by customer_key, review_date, category
),

brand_totals as (
    select
        categories_bought.customer_key,
        categories_bought.review_date,
        sum(categories_bought.line_count) as branded_count,
        sum(categories_bought.top_brand_count) as top_brand_count
    from categories_bought
    inner join rules on categories_bought.line_count >= rules.brand_min_line_count
    group by categories_bought.customer_key, categories_bought.review_date
),

product_totals as (
    select
        customer_key,
        review_date,
        sum(line_count) as line_count,
        count(distinct product_id) as product_count,
        sum(discounted_count) as discounted_count,
        sum(bulk_count) as bulk_count,
        sum(priced_count) as priced_count,
        sum(premium_count) as premium_count
    from products_bought
    group by customer_key, review_date
),

final as (
    select
        product_totals.customer_key,
        {{ as_of_date() }} as as_of_date,
        product_totals.review_date,
        cast(product_totals.line_count as bigint) as reviewed_line_count,
        {{ ratio_of('product_totals.discounted_count', 'product_totals.line_count') }}
            as discounted_line_ratio,
        {{ ratio_of('brand_totals.top_brand_count', 'brand_totals.branded_count') }}
            as top_brand_line_ratio,
        {{ ratio_of('product_totals.product_count', 'product_totals.line_count') }}
            as distinct_product_ratio,
        {{ ratio_of('product_totals.bulk_count', 'product_totals.line_count') }}
            as bulk_line_ratio,
        {{ ratio_of('product_totals.premium_count', 'product_totals.priced_count') }}
            as premium_line_ratio
    from product_totals
    left join brand_totals
        on
            product_totals.customer_key = brand_totals.customer_key
            and product_totals.review_date = brand_totals.review_date
)

select * from final
