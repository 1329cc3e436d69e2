-- A campaign's cost, spread evenly over its planned days so that a month bears what ran in it. The
-- cents left over by the division fall on the first days: the planned days add up to the cost. Days
-- after as_of are not there yet; a campaign without a planned end bears its cost on the first day.
with

campaigns as (
    select
        campaign_id,
        channel_id,
        starts_on,
        cast(marketing_cost_amount * 100 as bigint) as cost_cents,
        case
            when ends_on >= starts_on then 1 + {{ days_between('starts_on', 'ends_on') }}
            else 1
        end as day_count
    from {{ ref('dim_campaigns') }}
    where marketing_cost_amount is not null
),

calendar as (
    select date_day
    from {{ ref('dim_dates') }}
    where date_day <= {{ as_of_date() }}
),

days as (
    select
        campaigns.campaign_id,
        campaigns.channel_id,
        calendar.date_day,
        campaigns.day_count,
        campaigns.cost_cents,
        {{ days_between('campaigns.starts_on', 'calendar.date_day') }} as day_position
    from campaigns
    inner join calendar
        on
            campaigns.starts_on <= calendar.date_day
            and {{ days_after('campaigns.starts_on', 'campaigns.day_count - 1') }}
            >= calendar.date_day
),

final as (
    select
        campaign_id,
        date_day,
        channel_id,
        cast(
            (
                {{ whole_quotient('cost_cents', 'day_count') }}
                + case when day_position < cost_cents % day_count then 1 else 0 end
            ) * 0.01 as decimal(18, 2)
        ) as marketing_cost_amount
    from days
)

select * from final
