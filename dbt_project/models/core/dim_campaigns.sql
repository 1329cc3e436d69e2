with

campaigns as (
    select * from {{ ref('int_campaigns_keyed') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

rates as (
    select
        currency_code,
        date_day,
        rate_to_reporting
    from {{ ref('exchange_rates') }}
),

-- `unknown` is for a touch of no campaign we know, `unattributed` for an order no touch led to.
members as (
    select 'unknown' as campaign_id
    union all
    select 'unattributed' as campaign_id
),

final as (
    select
        campaigns.campaign_id,
        false as is_unknown,
        campaigns.campaign_name,
        campaigns.campaign_type,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        campaigns.campaign_content,
        campaigns.starts_on,
        campaigns.ends_on,
        coalesce(campaigns.ends_on >= {{ as_of_date() }}, true) as is_running,
        cast(campaigns.cost_amount as decimal(18, 2)) as campaign_cost_amount,
        campaigns.currency_code,
        case
            when campaigns.currency_code = '{{ var("reporting_currency") }}'
                then cast(campaigns.cost_amount as decimal(18, 2))
            else {{ to_reporting('campaigns.cost_amount', 'rates.rate_to_reporting') }}
        end as marketing_cost_amount
    from campaigns
    left join channels
        on campaigns.channel_id = channels.channel_id
    left join rates
        on
            campaigns.currency_code = rates.currency_code
            and campaigns.starts_on = rates.date_day
    union all
    select
        members.campaign_id,
        true as is_unknown,
        null as campaign_name,
        null as campaign_type,
        'unknown' as channel_id,
        null as campaign_content,
        null as starts_on,
        null as ends_on,
        false as is_running,
        null as campaign_cost_amount,
        null as currency_code,
        null as marketing_cost_amount
    from members
)

select * from final
