-- The audience file carries no date: a targeting counts from the first day of its campaign. So an
-- audience whose campaign has not begun by as_of (or was never described) waits in staging. The id
-- of an event crosses as a keyed hash: senders like to build it out of the account number.
with

campaign_targets as (
    select * from {{ ref('stg_marketing__campaign_targets') }}
),

campaign_events as (
    select * from {{ ref('stg_marketing__campaign_events') }}
),

campaigns as (
    select
        campaign_id,
        starts_on
    from {{ ref('stg_marketing__campaigns') }}
),

campaign_details as (
    select
        campaign_id,
        channel_id
    from {{ ref('stg_marketing__campaign_details') }}
),

shop_customers as (
    select
        shop_customer_id,
        customer_key,
        shop_customer_key
    from {{ ref('int_shop_customer_keys') }}
),

targetings as (
    select
        cast(null as {{ dbt.type_string() }}) as event_key,
        campaign_targets.campaign_id,
        campaign_targets.shop_customer_id,
        campaign_details.channel_id,
        'targeted' as touch_kind,
        cast(null as timestamp) as touched_at,
        campaigns.starts_on as touched_date
    from campaign_targets
    inner join campaigns
        on campaign_targets.campaign_id = campaigns.campaign_id
    left join campaign_details
        on campaign_targets.campaign_id = campaign_details.campaign_id
),

events as (
    select
        {{ keyed_hash('event_id') }} as event_key,
        campaign_id,
        shop_customer_id,
        channel_id,
        event_kind as touch_kind,
        occurred_at as touched_at,
        {{ to_business_date('occurred_at') }} as touched_date
    from campaign_events
),

touches as (
    select * from targetings
    union all
    select * from events
),

final as (
    select
        coalesce(
            'event-' || touches.event_key,
            'targeted-' || touches.campaign_id || '-'
            || {{ shop_customer_key('touches.shop_customer_id') }}
        ) as touch_id,
        touches.campaign_id,
        coalesce(shop_customers.customer_key, 'unknown') as customer_key,
        {{ shop_customer_key('touches.shop_customer_id') }} as shop_customer_key,
        touches.channel_id,
        touches.touch_kind,
        touches.touched_at,
        touches.touched_date
    from touches
    left join shop_customers
        on touches.shop_customer_id = shop_customers.shop_customer_id
)

select * from final
