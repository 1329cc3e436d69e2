-- A month has what came in and what was closed in it; what became of its leads is as known on
-- as_of.
with

leads as (
    select
        *,
        {{ month_start('lead_created_date') }} as month_start_date
    from {{ ref('fct_leads') }}
    where not is_lead_deleted
),

opportunities as (
    select * from {{ ref('fct_opportunities') }}
),

lead_months as (
    select
        month_start_date,
        staff_key,
        count(*) as lead_count,
        sum(case when lead_responded_at is not null then 1 else 0 end) as responded_lead_count,
        sum(case when is_lead_response_in_time then 1 else 0 end) as in_time_count,
        sum(case when is_lead_response_in_time is not null then 1 else 0 end) as judged_count,
        sum(case when is_lead_converted then 1 else 0 end) as converted_lead_count,
        {{ median('lead_response_minutes') }} as median_minutes,
        {{ median('lead_response_business_minutes') }} as median_business_minutes
    from leads
    group by
        month_start_date,
        staff_key
),

opened_months as (
    select
        {{ month_start('opportunity_created_date') }} as month_start_date,
        staff_key,
        count(*) as opportunity_count
    from opportunities
    group by
        month_start_date,
        staff_key
),

closed_months as (
    select
        {{ month_start('closed_date') }} as month_start_date,
        staff_key,
        sum(case when stage_group = 'won' then 1 else 0 end) as won_count,
        sum(case when stage_group = 'lost' then 1 else 0 end) as lost_count,
        sum(case when stage_group = 'won' then opportunity_amount else 0 end) as won_amount,
        avg(
            case
                when stage_group = 'won'
                    then {{ days_between('opportunity_created_date', 'closed_date') }}
            end
        ) as average_cycle
    from opportunities
    where closed_date is not null
    group by
        month_start_date,
        staff_key
),

months as (
    select
        month_start_date,
        staff_key
    from lead_months
    union distinct
    select
        month_start_date,
        staff_key
    from opened_months
    union distinct
    select
        month_start_date,
        staff_key
    from closed_months
),

final as (
    select
        months.month_start_date,
        months.staff_key,
        {{ as_of_date() }} as as_of_date,
        cast(coalesce(lead_months.lead_count, 0) as bigint) as lead_count,
        cast(coalesce(lead_months.responded_lead_count, 0) as bigint) as responded_lead_count,
        cast(lead_months.median_minutes as decimal(18, 1)) as median_lead_response_minutes,
        cast(lead_months.median_business_minutes as decimal(18, 1))
            as median_lead_response_business_minutes,
        {{ share_of('lead_months.in_time_count', 'lead_months.judged_count') }}
            as lead_response_in_time_ratio,
        cast(coalesce(lead_months.converted_lead_count, 0) as bigint) as converted_lead_count,
        {{ share_of('lead_months.converted_lead_count', 'lead_months.lead_count') }}
            as lead_conversion_ratio,
        cast(coalesce(opened_months.opportunity_count, 0) as bigint) as opportunity_count,
        cast(coalesce(closed_months.won_count, 0) as bigint) as won_count,
        cast(coalesce(closed_months.lost_count, 0) as bigint) as lost_count,
        {{ share_of(
            'closed_months.won_count', 'closed_months.won_count + closed_months.lost_count'
        ) }} as win_rate_ratio,
        cast(coalesce(closed_months.won_amount, 0) as decimal(18, 2)) as won_amount,
        cast(closed_months.average_cycle as decimal(9, 1)) as average_cycle_days
    from months
    left join lead_months
        on
            months.month_start_date = lead_months.month_start_date
            and months.staff_key = lead_months.staff_key
    left join opened_months
        on
            months.month_start_date = opened_months.month_start_date
            and months.staff_key = opened_months.staff_key
    left join closed_months
        on
            months.month_start_date = closed_months.month_start_date
            and months.staff_key = closed_months.staff_key
)

select * from final
