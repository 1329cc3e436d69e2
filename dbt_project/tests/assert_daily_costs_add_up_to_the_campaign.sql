-- The days of a campaign that is over add up to its cost, to the cent, if the calendar knows its
-- first day.
with

campaigns as (
    select
        campaigns.campaign_id,
        campaigns.marketing_cost_amount
    from {{ ref('dim_campaigns') }} as campaigns
    inner join {{ ref('dim_dates') }} as dates
        on campaigns.starts_on = dates.date_day
    where
        not campaigns.is_running
        and campaigns.marketing_cost_amount is not null
),

daily_costs as (
    select
        campaign_id,
        sum(marketing_cost_amount) as marketing_cost_amount
    from {{ ref('campaign_daily_costs') }}
    group by campaign_id
)

select campaigns.campaign_id
from campaigns
left join daily_costs
    on campaigns.campaign_id = daily_costs.campaign_id
where campaigns.marketing_cost_amount <> coalesce(daily_costs.marketing_cost_amount, 0)
