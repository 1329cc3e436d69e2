-- Every order of the lines and of the headers is here. The header speaks for status, payment,
-- channel and customer; an order without one keeps what its lines know, with status `unknown`.
with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

headers as (
    select * from {{ ref('int_order_headers_keyed') }}
),

refunds as (
    select * from {{ ref('int_refunds_keyed') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

test_accounts as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_test_account
),

line_totals as (
    select
        order_id,
        min(customer_key) as customer_key,
        min(shop_customer_key) as shop_customer_key,
        min(store_id) as store_id,
        min(ordered_at) as ordered_at,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(coupon_discount_amount) as coupon_discount_amount,
        sum(net_amount) as net_amount,
        sum(cost_amount) as cost_amount,
        min(case when has_known_cost then 1 else 0 end) = 1 as has_known_cost
    from order_lines
    group by order_id
),

refund_totals as (
    select
        order_id,
        count(*) as refund_count,
        sum(refund_amount) as refunded_amount
    from refunds
    group by order_id
),

joined as (
    select
        coalesce(headers.order_id, line_totals.order_id) as order_id,
        coalesce(headers.customer_key, line_totals.customer_key) as customer_key,
        coalesce(headers.shop_customer_key, line_totals.shop_customer_key) as shop_customer_key,
        coalesce(line_totals.store_id, 'unknown') as store_id,
        headers.channel_id as header_channel_id,
        coalesce(headers.order_status, 'unknown') as order_status,
        coalesce(headers.payment_method, 'unknown') as payment_method,
        headers.order_id is not null as has_header,
        coalesce(line_totals.ordered_at, headers.placed_at) as ordered_at,
        headers.updated_at as status_changed_at,
        coalesce(line_totals.line_count, 0) as line_count,
        coalesce(line_totals.quantity, 0) as quantity,
        coalesce(line_totals.gross_amount, 0) as gross_amount,
        coalesce(line_totals.discount_amount, 0) as discount_amount,
        coalesce(line_totals.coupon_discount_amount, 0) as coupon_discount_amount,
        coalesce(line_totals.net_amount, 0) as net_amount,
        coalesce(line_totals.cost_amount, 0) as cost_amount,
        coalesce(line_totals.has_known_cost, false) as has_known_cost
    from line_totals
    full outer join headers
        on line_totals.order_id = headers.order_id
),

judged as (
    select
        joined.*,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        coalesce(refund_totals.refund_count, 0) as refund_count,
        coalesce(refund_totals.refunded_amount, 0) as refunded_amount,
        joined.order_status = 'cancelled' as is_cancelled,
        test_accounts.customer_key is not null as is_test_account
    from joined
    left join channels
        on joined.header_channel_id = channels.channel_id
    left join refund_totals
        on joined.order_id = refund_totals.order_id
    left join test_accounts
        on joined.customer_key = test_accounts.customer_key
),

final as (
    select
        order_id,
        customer_key,
        shop_customer_key,
        store_id,
        channel_id,
        order_status,
        payment_method,
        has_header,
        ordered_at,
        {{ to_business_date('ordered_at') }} as ordered_date,
        status_changed_at,
        line_count,
        cast(quantity as bigint) as quantity,
        cast(gross_amount as decimal(18, 2)) as gross_amount,
        cast(discount_amount as decimal(18, 2)) as discount_amount,
        cast(coupon_discount_amount as decimal(18, 2)) as coupon_discount_amount,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cast(cost_amount as decimal(18, 2)) as cost_amount,
        has_known_cost,
        cast(net_amount - cost_amount as decimal(18, 2)) as margin_amount,
        refund_count,
        cast(refunded_amount as decimal(18, 2)) as refunded_amount,
        is_cancelled,
        is_test_account,
        -- The one place that says which orders count.
        not is_cancelled and not is_test_account and net_amount - refunded_amount > 0
            as is_valid_order,
        '{{ var("reporting_currency") }}' as currency_code
    from judged
)

select * from final
