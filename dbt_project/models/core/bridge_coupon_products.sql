with

coupon_products as (
    select * from {{ ref('int_coupon_products_keyed') }}
),

products as (
    select product_id
    from {{ ref('dim_products') }}
    where not is_unknown
),

final as (
    select
        coupon_products.campaign_id,
        coupon_products.coupon_id,
        coupon_products.product_id as source_product_id,
        coalesce(products.product_id, 'unknown') as product_id
    from coupon_products
    left join products
        on coupon_products.product_id = products.product_id
)

select * from final
