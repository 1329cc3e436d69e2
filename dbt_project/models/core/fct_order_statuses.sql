-- A version that changes something else, such as the payment, enters no status.
with

versions as (
    select * from {{ ref('int_order_statuses_keyed') }}
),

headers as (
    select
        order_id,
        customer_key,
        shop_customer_key,
        channel_id
    from {{ ref('int_order_headers_keyed') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

statuses as (
    select
        order_status,
        order_status_zh
    from {{ ref('order_statuses') }}
),

compared as (
    select
        *,
        lag(order_status) over (partition by order_id order by updated_at) as status_before
    from versions
),

entered as (
    select
        order_id,
        order_status,
        status_before as previous_order_status,
        updated_at as entered_at,
        lead(updated_at) over by_time as left_at,
        row_number() over by_time as status_number
    from compared
    where status_before is null or order_status <> status_before
    window by_time as (partition by order_id order by updated_at)
),

final as (
    select
        entered.order_id,
        cast(entered.status_number as integer) as status_number,
        headers.customer_key,
        headers.shop_customer_key,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        entered.order_status,
        statuses.order_status_zh,
        entered.previous_order_status,
        entered.entered_at,
        {{ to_business_date('entered.entered_at') }} as entered_date,
        entered.left_at,
        cast({{ minutes_between('entered.entered_at', 'entered.left_at') }} as bigint)
            as minutes_in_status,
        entered.left_at is null as is_current
    from entered
    inner join headers
        on entered.order_id = headers.order_id
    left join channels
        on headers.channel_id = channels.channel_id
    left join statuses
        on entered.order_status = statuses.order_status
)

select * from final
