-- Nothing is dropped: a line of a product or store that is not in its list points to the unknown
-- member and keeps the id of the source. An unknown cost counts as 0 and is flagged.
with

order_lines as (
    select * from {{ ref('int_order_lines_keyed') }}
),

products as (
    select
        product_id,
        unit_cost
    from {{ ref('dim_products') }}
    where not is_unknown
),

stores as (
    select store_id
    from {{ ref('dim_stores') }}
    where not is_unknown
),

costed as (
    select
        order_lines.*,
        products.product_id as known_product_id,
        stores.store_id as known_store_id,
        products.unit_cost is not null as has_known_cost,
        cast(
            round(coalesce(order_lines.quantity * products.unit_cost, 0), 2) as decimal(18, 2)
        ) as cost_amount
    from order_lines
    left join products
        on order_lines.product_id = products.product_id
    left join stores
        on order_lines.store_id = stores.store_id
),

final as (
    select
        order_line_id,
        order_id,
        customer_key,
        shop_customer_key,
        coalesce(known_product_id, 'unknown') as product_id,
        product_id as source_product_id,
        known_product_id is null as is_unknown_product,
        coalesce(known_store_id, 'unknown') as store_id,
        store_id as source_store_id,
        ordered_at,
        ordered_date,
        quantity,
        cast(gross_amount as decimal(18, 2)) as gross_amount,
        cast(coalesce(retail_discount_amount, 0) as decimal(18, 2)) as retail_discount_amount,
        cast(coalesce(coupon_match_discount_amount, 0) as decimal(18, 2))
            as coupon_match_discount_amount,
        cast(gross_amount - net_amount as decimal(18, 2)) as discount_amount,
        cast(coalesce(coupon_discount_amount, 0) as decimal(18, 2)) as coupon_discount_amount,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cost_amount,
        has_known_cost,
        cast(net_amount - cost_amount as decimal(18, 2)) as margin_amount,
        is_zero_or_negative,
        '{{ var("reporting_currency") }}' as currency_code
    from costed
)

select * from final
