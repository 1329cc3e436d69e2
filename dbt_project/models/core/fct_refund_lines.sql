-- A refund is converted in proportion to the line that it gives back, at the rate of the order: the
-- refunds of a line add up to what the line was worth, however many they are.
with

refund_lines as (
    select * from {{ ref('int_refund_lines_keyed') }}
),

refunds as (
    select
        refund_id,
        refunded_at,
        refunded_date
    from {{ ref('int_refunds_keyed') }}
),

charged_lines as (
    select
        order_line_id,
        charged_amount
    from {{ ref('int_order_lines_keyed') }}
    where refunded_amount > 0
),

order_lines as (
    select
        order_line_id,
        product_id,
        net_amount
    from {{ ref('fct_order_lines') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
),

joined as (
    select
        refund_lines.refund_id,
        refund_lines.order_id,
        refund_lines.order_line_id,
        refund_lines.is_split,
        refund_lines.refund_amount,
        refunds.refunded_at,
        refunds.refunded_date,
        orders.order_id is not null as has_order,
        coalesce(orders.customer_key, 'unknown') as customer_key,
        orders.shop_customer_key,
        coalesce(orders.channel_id, 'unknown') as channel_id,
        orders.ordered_date,
        order_lines.product_id,
        order_lines.net_amount,
        charged_lines.charged_amount,
        coalesce(orders.source_currency_code, '{{ var("reporting_currency") }}')
            as source_currency_code
    from refund_lines
    inner join refunds
        on refund_lines.refund_id = refunds.refund_id
    left join orders
        on refund_lines.order_id = orders.order_id
    left join order_lines
        on refund_lines.order_line_id = order_lines.order_line_id
    left join charged_lines
        on refund_lines.order_line_id = charged_lines.order_line_id
),

rated as (
    select
        joined.*,
        {{ rate_or_one('joined.source_currency_code') }} as rate,
        sum(joined.refund_amount) over (
            partition by joined.order_line_id
            order by joined.refunded_at, joined.refund_id
            rows between unbounded preceding and current row
        ) as refunded_so_far
    from joined
    left join exchange_rates
        on
            joined.source_currency_code = exchange_rates.currency_code
            and joined.ordered_date = exchange_rates.date_day
),

final as (
    select
        refund_id || ':' || coalesce(order_line_id, 'unknown') as refund_line_id,
        refund_id,
        order_id,
        coalesce(order_line_id, 'unknown') as order_line_id,
        has_order,
        customer_key,
        shop_customer_key,
        channel_id,
        coalesce(product_id, 'unknown') as product_id,
        ordered_date,
        refunded_at,
        refunded_date,
        is_split,
        case
            when order_line_id is not null and charged_amount > 0
                then cast(
                    {{ in_proportion('net_amount', 'refunded_so_far', 'charged_amount') }}
                    - {{ in_proportion(
                        'net_amount', 'refunded_so_far - refund_amount', 'charged_amount'
                    ) }} as decimal(18, 2)
                )
            else {{ to_reporting('refund_amount', 'rate') }}
        end as refund_amount,
        source_currency_code,
        cast(refund_amount as decimal(18, 2)) as source_refund_amount,
        rate is not null as has_exchange_rate,
        '{{ var("reporting_currency") }}' as currency_code
    from rated
)

select * from final
