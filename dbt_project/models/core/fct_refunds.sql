with

refunds as (
    select * from {{ ref('int_refunds_keyed') }}
),

products as (
    select product_id
    from {{ ref('dim_products') }}
    where not is_unknown
),

orders as (
    select
        order_id,
        customer_key,
        shop_customer_key,
        channel_id,
        ordered_date,
        source_currency_code,
        has_exchange_rate
    from {{ ref('fct_orders') }}
),

line_totals as (
    select
        refund_id,
        sum(refund_amount) as refund_amount,
        max(case when is_split then 1 else 0 end) = 1 as is_split
    from {{ ref('fct_refund_lines') }}
    group by refund_id
),

final as (
    select
        refunds.refund_id,
        refunds.order_id,
        orders.order_id is not null as has_order,
        coalesce(orders.customer_key, 'unknown') as customer_key,
        orders.shop_customer_key,
        coalesce(orders.channel_id, 'unknown') as channel_id,
        coalesce(products.product_id, 'unknown') as product_id,
        refunds.product_id as source_product_id,
        coalesce(line_totals.is_split, false) as is_split,
        cast(
            case when line_totals.refund_id is null then 0 else line_totals.refund_amount end
            as decimal(18, 2)
        ) as refund_amount,
        refunds.refund_reason,
        orders.ordered_date,
        refunds.refunded_at,
        refunds.refunded_date,
        coalesce(orders.source_currency_code, '{{ var("reporting_currency") }}')
            as source_currency_code,
        cast(refunds.refund_amount as decimal(18, 2)) as source_refund_amount,
        coalesce(orders.has_exchange_rate, true) as has_exchange_rate,
        '{{ var("reporting_currency") }}' as currency_code
    from refunds
    left join line_totals
        on refunds.refund_id = line_totals.refund_id
    left join products
        on refunds.product_id = products.product_id
    left join orders
        on refunds.order_id = orders.order_id
)

select * from final
