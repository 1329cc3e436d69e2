-- Every order of the lines and of the headers is here. The header speaks for status, payment,
-- channel and customer; an order without one keeps what its lines know, with status `unknown`.
{%- set sums = ['quantity', 'cost_amount', 'source_net_amount'] %}
{%- set converted = [
    'gross_amount', 'discount_amount', 'order_discount_amount', 'coupon_discount_amount',
    'net_amount', 'refunded_amount', 'kept_net_amount', 'kept_margin_amount'
] %}
with

order_lines as (
    select * from {{ ref('fct_order_lines') }}
),

headers as (
    select * from {{ ref('int_order_headers_keyed') }}
),

statuses as (
    select
        order_id,
        entered_at
    from {{ ref('fct_order_statuses') }}
    where is_current
),

refunds as (
    select * from {{ ref('int_order_refunds_keyed') }}
),

exchange_rates as (
    select * from {{ ref('exchange_rates') }}
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
        {%- for column in sums %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        {%- for column in converted %}
        case when min(cast(has_exchange_rate as integer)) = 1 then sum({{ column }}) end
            as {{ column }},
        {%- endfor %}
        min(cast(has_exchange_rate as integer)) = 1 as has_exchange_rate,
        min(cast(has_known_cost as integer)) = 1 as has_known_cost
    from order_lines
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
        coalesce(line_totals.line_count, 0) as line_count,
        {%- for column in sums + converted %}
        case when line_totals.order_id is null then 0 else line_totals.{{ column }} end
            as {{ column }},
        {%- endfor %}
        coalesce(line_totals.has_known_cost, false) as has_known_cost,
        coalesce(line_totals.has_exchange_rate, true) as has_line_rates,
        coalesce(headers.currency_code, '{{ var("reporting_currency") }}') as currency_code,
        {%- for column in ['order_discount', 'shipping', 'tax'] %}
        coalesce(headers.{{ column }}_amount, 0) as source_{{ column }}_amount,
        {%- endfor %}
        headers.total_amount as source_total_amount
    from line_totals
    full outer join headers
        on line_totals.order_id = headers.order_id
),

judged as (
    select
        joined.*,
        {{ to_business_date('joined.ordered_at') }} as ordered_date,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        statuses.entered_at as status_changed_at,
        coalesce(refunds.refund_count, 0) as refund_count,
        coalesce(refunds.unborne_refund_amount, 0) as source_unborne_amount,
        joined.order_status = 'cancelled' as is_cancelled,
        test_accounts.customer_key is not null as is_test_account
    from joined
    left join channels
        on joined.header_channel_id = channels.channel_id
    left join statuses
        on joined.order_id = statuses.order_id
    left join refunds
        on joined.order_id = refunds.order_id
    left join test_accounts
        on joined.customer_key = test_accounts.customer_key
),

rated as (
    select
        judged.*,
        {{ rate_or_one('judged.currency_code') }} as rate
    from judged
    left join exchange_rates
        on
            judged.currency_code = exchange_rates.currency_code
            and judged.ordered_date = exchange_rates.date_day
),

converted as (
    select
        *,
        {{ to_reporting('source_shipping_amount', 'rate') }} as shipping_amount,
        {{ to_reporting('source_tax_amount', 'rate') }} as tax_amount,
        {{ to_reporting('source_unborne_amount', 'rate') }} as unborne_amount
    from rated
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
        ordered_date,
        status_changed_at,
        case when is_cancelled then status_changed_at end as cancelled_at,
        line_count,
        cast(quantity as bigint) as quantity,
        {%- for name in ['gross', 'discount', 'order_discount', 'coupon_discount', 'net', 'cost'] %}
        cast({{ name }}_amount as decimal(18, 2)) as {{ name }}_amount,
        {%- endfor %}
        has_known_cost,
        cast(net_amount - cost_amount as decimal(18, 2)) as margin_amount,
        shipping_amount,
        tax_amount,
        cast(net_amount + shipping_amount + tax_amount as decimal(18, 2)) as total_amount,
        refund_count,
        cast(refunded_amount + unborne_amount as decimal(18, 2)) as refunded_amount,
        {%- for column in ['kept_net_amount', 'kept_margin_amount'] %}
        cast(
            {{ column }} - case when is_cancelled then 0 else unborne_amount end as decimal(18, 2)
        ) as {{ column }},
        {%- endfor %}
        is_cancelled,
        is_test_account,
        -- The one place that says which orders count.
        coalesce(
            not is_cancelled
            and not is_test_account
            and net_amount - refunded_amount - unborne_amount > 0,
            false
        ) as is_valid_order,
        currency_code as source_currency_code,
        cast(source_net_amount as decimal(18, 2)) as source_net_amount,
        source_total_amount,
        source_total_amount = source_net_amount - source_order_discount_amount
        + source_shipping_amount + source_tax_amount as is_header_matched,
        rate is not null and has_line_rates as has_exchange_rate,
        '{{ var("reporting_currency") }}' as currency_code
    from converted
)

select * from final
