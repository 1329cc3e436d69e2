-- The device crosses as a keyed hash (hashed once for each device, not for each event). Search
-- words and whatever follows the `?` of a path can hold anything a visitor types: both stay behind.
with

events as (
    select * from {{ ref('stg_web__events') }}
),

devices as (
    select
        device_id,
        {{ keyed_hash('device_id') }} as device_key
    from (select distinct device_id from events) as distinct_devices
),

shop_customers as (
    select
        shop_customer_id,
        customer_key,
        shop_customer_key
    from {{ ref('int_shop_customer_keys') }}
),

final as (
    select
        events.event_id,
        events.event_name,
        devices.device_key,
        {{ shop_customer_key('events.shop_customer_id') }} as shop_customer_key,
        case
            when events.shop_customer_id is not null
                then coalesce(shop_customers.customer_key, 'unknown')
        end as login_customer_key,
        events.channel_id,
        {{ path_only('events.page_path') }} as page_path,
        events.utm_source,
        events.utm_campaign,
        events.product_id,
        events.occurred_at
    from events
    left join devices
        on events.device_id = devices.device_id
    left join shop_customers
        on events.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
