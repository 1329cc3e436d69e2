-- Every shop customer number that any source mentions, with its account if it has one: a household
-- that only bought, was only targeted or is only a member is a customer too.
with
current_accounts as (
    {{ current_versions(ref('stg_orders__customers'), ['shop_customer_id'], 'updated_at') }}
),

campaigns as (
    select
        campaign_id,
        {{ start_of_business_date('starts_on') }} as started_at
    from {{ ref('stg_marketing__campaigns') }}
),

devices as (
    select
        shop_customer_id,
        {{ distinct_texts('device_id') }} as device_ids
    from {{ ref('stg_web__events') }}
    where shop_customer_id is not null
    group by shop_customer_id
),

mentions as (
    select
        shop_customer_id,
        registered_at as seen_at
    from current_accounts
    union all
    select
        shop_customer_id,
        ordered_at as seen_at
    from {{ ref('stg_orders__order_lines') }}
    union all
    select
        shop_customer_id,
        placed_at as seen_at
    from {{ ref('stg_orders__order_headers') }}
    union all
    select
        shop_customer_id,
        cast(null as timestamp) as seen_at
    from {{ ref('stg_orders__demographics') }}
    union all
    select
        targets.shop_customer_id,
        campaigns.started_at as seen_at
    from {{ ref('stg_marketing__campaign_targets') }} as targets
    inner join campaigns on targets.campaign_id = campaigns.campaign_id
    union all
    select
        shop_customer_id,
        {{ start_of_business_date('redeemed_on') }} as seen_at
    from {{ ref('stg_marketing__coupon_redemptions') }}
    union all
    select
        shop_customer_id,
        occurred_at as seen_at
    from {{ ref('stg_marketing__campaign_events') }}
    union all
    select
        shop_customer_id,
        joined_at as seen_at
    from {{ ref('stg_loyalty__members') }}
),

seen as (
    select
        shop_customer_id,
        min(seen_at) as first_seen_at
    from mentions
    where shop_customer_id is not null
    group by shop_customer_id
),

final as (
    select
        seen.shop_customer_id,
        current_accounts.full_name,
        current_accounts.birth_date,
        current_accounts.mobile,
        current_accounts.email,
        current_accounts.region,
        current_accounts.city,
        current_accounts.address,
        devices.device_ids,
        coalesce(current_accounts.is_test, false) as is_test,
        seen.first_seen_at,
        current_accounts.updated_at
    from seen
    left join current_accounts on seen.shop_customer_id = current_accounts.shop_customer_id
    left join devices on seen.shop_customer_id = devices.shop_customer_id
)

select * from final
