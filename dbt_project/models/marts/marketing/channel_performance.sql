-- Attributed orders fall into the month of the order, costs into the months in which the campaign
-- ran: a month in which a campaign is dear and one in which it pays off are two rows. A campaign
-- may be met on another channel than its own, so that what a channel is credited with is not what
-- its campaigns brought; the return sets the margin of the channel's campaigns against their cost.
with

campaigns as (
    select
        campaign_id,
        channel_id
    from {{ ref('dim_campaigns') }}
    where not is_unknown
),

attribution as (
    select * from {{ ref('campaign_attribution') }}
    where is_default_model
),

touches as (
    select
        {{ month_start('touched_date') }} as month_start_date,
        channel_id,
        count(case when touch_kind = 'send' then 1 end) as send_touch_count,
        count(case when touch_kind = 'open' then 1 end) as open_touch_count,
        count(case when touch_kind = 'click' then 1 end) as click_touch_count,
        count(case when touch_kind = 'response' then 1 end) as response_touch_count
    from {{ ref('fct_campaign_touches') }}
    where touch_kind in ('send', 'open', 'click', 'response')
    group by
        {{ month_start('touched_date') }},
        channel_id
),

visits as (
    select
        {{ month_start('started_date') }} as month_start_date,
        channel_id,
        count(*) as visit_count,
        count(case when is_known_visit then 1 end) as known_visit_count,
        count(case when is_converting_visit then 1 end) as converting_visit_count
    from {{ ref('visit_conversions') }}
    group by
        {{ month_start('started_date') }},
        channel_id
),

credits as (
    select
        {{ month_start('ordered_date') }} as month_start_date,
        channel_id,
        sum(credit_ratio) as attributed_conversions,
        sum(attributed_net_amount) as attributed_net_amount,
        sum(attributed_margin_amount) as attributed_margin_amount
    from attribution
    group by
        {{ month_start('ordered_date') }},
        channel_id
),

campaign_credits as (
    select
        {{ month_start('attribution.ordered_date') }} as month_start_date,
        campaigns.channel_id,
        sum(attribution.attributed_margin_amount) as attributed_margin_amount
    from attribution
    inner join campaigns
        on attribution.campaign_id = campaigns.campaign_id
    group by
        {{ month_start('attribution.ordered_date') }},
        campaigns.channel_id
),

costs as (
    select
        {{ month_start('date_day') }} as month_start_date,
        channel_id,
        sum(marketing_cost_amount) as marketing_cost_amount
    from {{ ref('campaign_daily_costs') }}
    group by
        {{ month_start('date_day') }},
        channel_id
),

months as (
    select
        month_start_date,
        channel_id
    from touches
    union
    select
        month_start_date,
        channel_id
    from visits
    union
    select
        month_start_date,
        channel_id
    from credits
    union
    select
        month_start_date,
        channel_id
    from campaign_credits
    union
    select
        month_start_date,
        channel_id
    from costs
),

final as (
    select
        months.month_start_date,
        months.channel_id,
        {{ as_of_date() }} as as_of_date,
        coalesce(touches.send_touch_count, 0) as send_touch_count,
        coalesce(touches.open_touch_count, 0) as open_touch_count,
        coalesce(touches.click_touch_count, 0) as click_touch_count,
        coalesce(touches.response_touch_count, 0) as response_touch_count,
        coalesce(visits.visit_count, 0) as visit_count,
        coalesce(visits.known_visit_count, 0) as known_visit_count,
        coalesce(visits.converting_visit_count, 0) as converting_visit_count,
        {{ share_of('visits.converting_visit_count', 'visits.known_visit_count') }}
            as visit_conversion_ratio,
        cast(coalesce(credits.attributed_conversions, 0) as decimal(18, 6))
            as attributed_conversions,
        cast(coalesce(credits.attributed_net_amount, 0) as decimal(18, 2))
            as attributed_net_amount,
        cast(coalesce(credits.attributed_margin_amount, 0) as decimal(18, 2))
            as attributed_margin_amount,
        cast(coalesce(costs.marketing_cost_amount, 0) as decimal(18, 2)) as marketing_cost_amount,
        cast(coalesce(campaign_credits.attributed_margin_amount, 0) as decimal(18, 2))
            as campaign_attributed_margin_amount,
        {{ return_on('campaign_credits.attributed_margin_amount', 'costs.marketing_cost_amount') }}
            as campaign_attributed_roi
    from months
    left join touches
        on
            months.month_start_date = touches.month_start_date
            and months.channel_id = touches.channel_id
    left join visits
        on
            months.month_start_date = visits.month_start_date
            and months.channel_id = visits.channel_id
    left join credits
        on
            months.month_start_date = credits.month_start_date
            and months.channel_id = credits.channel_id
    left join campaign_credits
        on
            months.month_start_date = campaign_credits.month_start_date
            and months.channel_id = campaign_credits.channel_id
    left join costs
        on
            months.month_start_date = costs.month_start_date
            and months.channel_id = costs.channel_id
)

select * from final
