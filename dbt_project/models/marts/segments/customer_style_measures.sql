-- Shares of order lines. Unknown products, returns and lines without a price say nothing here. A
-- price is dear by the usual prices of the current window, at every review alike.
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

products as (
    select
        product_id,
        product_type,
        coalesce(product_category, department) as category,
        coalesce(manufacturer_id, brand) as brand_key
    from {{ ref('dim_products') }}
    where not is_unknown
),

lines as (
    select
        lines.customer_key,
        lines.product_id,
        products.product_type,
        {{ month_index('lines.ordered_date') }} as ordered_month,
        lines.quantity,
        lines.gross_amount,
        lines.gross_amount / lines.quantity as unit_price,
        lines.discount_amount + lines.coupon_discount_amount > 0 as is_discounted
    from {{ ref('fct_order_lines') }} as lines
    inner join {{ ref('dim_customers') }} as customers
        on lines.customer_key = customers.customer_key
    inner join {{ ref('fct_orders') }} as orders on lines.order_id = orders.order_id
    inner join products on lines.product_id = products.product_id
    where
        customers.is_counted and orders.is_valid_order
        and lines.quantity > 0 and lines.gross_amount > 0
        and lines.ordered_date < {{ month_start(as_of_date()) }}
),

usual as (
    select
        lines.product_type,
        sum(lines.gross_amount) / sum(lines.quantity) as unit_price
    from lines
    cross join rules
    where lines.ordered_month >= {{ month_index(as_of_date()) }} - rules.window_months
    group by lines.product_type
),

product_months as (
    select
        lines.customer_key,
        lines.product_id,
        lines.ordered_month,
        count(*) as line_count,
        count(case when lines.is_discounted then 1 end) as discounted_count,
        count(case when lines.quantity >= rules.bulk_quantity then 1 end) as bulk_count,
        count(case when lines.product_type is not null then 1 end) as priced_count,
        count(
            case when lines.unit_price >= rules.premium_price_ratio * usual.unit_price then 1 end
        ) as premium_count
    from lines
    cross join rules
    left join usual on lines.product_type = usual.product_type
    group by lines.customer_key, lines.product_id, lines.ordered_month
),

bought as (
    select
        product_months.customer_key,
        windows.review_date,
        product_months.product_id,
        sum(product_months.line_count) as line_count,
        sum(product_months.discounted_count) as discounted_count,
        sum(product_months.bulk_count) as bulk_count,
        sum(product_months.priced_count) as priced_count,
        sum(product_months.premium_count) as premium_count
    from product_months
    inner join windows on product_months.ordered_month = windows.window_month
    group by product_months.customer_key, windows.review_date, product_months.product_id
),

brands as (
    select
        bought.customer_key,
        bought.review_date,
        products.category,
        sum(bought.line_count) as line_count
    from bought
    inner join products on bought.product_id = products.product_id
    where products.category is not null and products.brand_key is not null
    group by bought.customer_key, bought.review_date, products.category, products.brand_key
),

categories as (
    select
        customer_key,
        review_date,
        sum(line_count) as line_count,
        max(line_count) as top_brand_count
    from brands
    group by customer_key, review_date, category
),

brand_totals as (
    select
        categories.customer_key,
        categories.review_date,
        sum(categories.line_count) as branded_count,
        sum(categories.top_brand_count) as top_brand_count
    from categories
    inner join rules on categories.line_count >= rules.brand_min_line_count
    group by categories.customer_key, categories.review_date
),

totals as (
    select
        customer_key,
        review_date,
        sum(line_count) as line_count,
        count(*) as product_count,
        sum(discounted_count) as discounted_count,
        sum(bulk_count) as bulk_count,
        sum(priced_count) as priced_count,
        sum(premium_count) as premium_count
    from bought
    group by customer_key, review_date
),

final as (
    select
        totals.customer_key,
        {{ as_of_date() }} as as_of_date,
        totals.review_date,
        cast(totals.line_count as bigint) as reviewed_line_count,
        {{ ratio_of('totals.discounted_count', 'totals.line_count') }} as discounted_line_ratio,
        {{ ratio_of('brand_totals.top_brand_count', 'brand_totals.branded_count') }}
            as top_brand_line_ratio,
        {{ ratio_of('totals.product_count', 'totals.line_count') }} as distinct_product_ratio,
        {{ ratio_of('totals.bulk_count', 'totals.line_count') }} as bulk_line_ratio,
        {{ ratio_of('totals.premium_count', 'totals.priced_count') }} as premium_line_ratio
    from totals
    left join brand_totals
        on
            totals.customer_key = brand_totals.customer_key
            and totals.review_date = brand_totals.review_date
)

select * from final
