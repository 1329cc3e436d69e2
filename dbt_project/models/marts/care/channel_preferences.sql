-- Which of the channels that may be used a customer answers on: with consent and an address, since
-- a consent for any channel gives nobody an account there. The own answers are mixed with the
-- average of the channel, so that one opened message is not everything; orders placed on the
-- channel's own shop add to it.
with

consents as (
    select
        customer_key,
        channel_id
    from {{ ref('bridge_customer_consents') }}
    where purpose = 'marketing' and is_granted
),

customer_values as (
    select
        customer_key,
        value_tier
    from {{ ref('customer_lifetime_value') }}
),

contact_channels as (
    select * from {{ ref('contact_channels') }}
),

channel_addresses as (
    select * from {{ ref('channel_addresses') }}
),

customer_channels as (
    select * from {{ ref('bridge_customer_channels') }}
),

rules as (
    select * from {{ ref('care_rules') }}
    where rule_set = 'default'
),

usable_channels as (
    select
        consents.customer_key,
        consents.channel_id,
        contact_channels.priority,
        contact_channels.order_channel_id
    from consents
    inner join customer_values on consents.customer_key = customer_values.customer_key
    inner join contact_channels on consents.channel_id = contact_channels.channel_id
    left join customer_channels
        on
            consents.customer_key = customer_channels.customer_key
            and consents.channel_id = customer_channels.channel_id
    where
        (not contact_channels.is_high_value_only or customer_values.value_tier = 'high')
        and (
            customer_channels.customer_key is not null
            or consents.channel_id not in (
                select channel_addresses.channel_id from channel_addresses
            )
        )
),

campaign_answers as (
    select
        touches.customer_key,
        touches.channel_id,
        touches.source_campaign_id,
        max(case when touches.touch_kind = 'send' then 1 else 0 end) as is_sent,
        max(case when touches.touch_kind in ('open', 'click', 'response') then 1 else 0 end)
            as is_answered
    from {{ ref('fct_campaign_touches') }} as touches
    cross join rules
    where
        touches.touch_kind in ('send', 'open', 'click', 'response')
        and touches.touched_date > {{ days_after(as_of_date(), '-rules.preference_days') }}
    group by touches.customer_key, touches.channel_id, touches.source_campaign_id
),

answers as (
    select
        customer_key,
        channel_id,
        count(*) as sent_campaign_count,
        sum(is_answered) as answered_campaign_count
    from campaign_answers
    where is_sent = 1
    group by customer_key, channel_id
),

usual_answers as (
    select
        channel_id,
        sum(answered_campaign_count) as answered_campaign_count,
        sum(sent_campaign_count) as sent_campaign_count
    from answers
    where customer_key <> 'unknown'
    group by channel_id
),

orders as (
    select
        orders.customer_key,
        orders.channel_id,
        count(*) as order_count
    from {{ ref('fct_orders') }} as orders
    cross join rules
    where
        orders.is_valid_order
        and orders.ordered_date > {{ days_after(as_of_date(), '-rules.preference_days') }}
    group by orders.customer_key, orders.channel_id
),

order_shares as (
    select
        customer_key,
        channel_id,
        {{ ratio_of('order_count', 'sum(order_count) over (partition by customer_key)') }}
            as order_ratio
    from orders
),

scored as (
    select
        usable_channels.customer_key,
        usable_channels.channel_id,
        usable_channels.priority,
        coalesce(answers.sent_campaign_count, 0) as sent_campaign_count,
        coalesce(answers.answered_campaign_count, 0) as answered_campaign_count,
        coalesce(order_shares.order_ratio, 0) as order_ratio,
        cast(
            (
                coalesce(answers.answered_campaign_count, 0)
                + rules.prior_send_count * coalesce(
                    usual_answers.answered_campaign_count
                    / nullif(usual_answers.sent_campaign_count, 0),
                    0
                )
            ) / (coalesce(answers.sent_campaign_count, 0) + rules.prior_send_count)
            + rules.order_channel_weight * coalesce(order_shares.order_ratio, 0)
            as decimal(9, 6)
        ) as preference_score
    from usable_channels
    cross join rules
    left join answers
        on
            usable_channels.customer_key = answers.customer_key
            and usable_channels.channel_id = answers.channel_id
    left join usual_answers on usable_channels.channel_id = usual_answers.channel_id
    left join order_shares
        on
            usable_channels.customer_key = order_shares.customer_key
            and usable_channels.order_channel_id = order_shares.channel_id
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        channel_id,
        cast(sent_campaign_count as bigint) as sent_campaign_count,
        cast(answered_campaign_count as bigint) as answered_campaign_count,
        cast(order_ratio as decimal(9, 6)) as order_ratio,
        preference_score,
        cast(
            row_number() over (
                partition by customer_key
                order by preference_score desc, priority asc
            ) as integer
        ) as channel_rank
    from scored
)

select * from final
