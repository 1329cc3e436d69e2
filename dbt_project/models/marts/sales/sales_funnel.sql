-- An opportunity counts in a stage once, in the month it first entered it. What became of it is as
-- known on as_of, so the last months still change.
with

stage_visits as (
    select * from {{ ref('fct_opportunity_stages') }}
),

opportunities as (
    select
        opportunity_key,
        stage_group,
        opportunity_amount
    from {{ ref('fct_opportunities') }}
),

stage_names as (
    select distinct
        sales_stage,
        sales_stage_zh
    from {{ ref('sales_stages') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by opportunity_key, sales_stage order by stage_number
        ) as visit_number
    from stage_visits
),

first_visits as (
    select * from ranked
    where visit_number = 1
),

-- On from a stage: a later visit further along the way, or the sale.
advances as (
    select distinct first_visits.opportunity_stage_key
    from first_visits
    inner join stage_visits
        on
            first_visits.opportunity_key = stage_visits.opportunity_key
            and first_visits.stage_number < stage_visits.stage_number
            and first_visits.stage_order < stage_visits.stage_order
            and stage_visits.stage_group in ('open', 'won')
),

entries as (
    select
        {{ month_start('first_visits.entered_date') }} as month_start_date,
        first_visits.staff_key,
        first_visits.sales_stage,
        first_visits.stage_group as entered_stage_group,
        first_visits.stage_order,
        first_visits.days_in_sales_stage,
        first_visits.is_current_stage,
        advances.opportunity_stage_key is not null as is_advanced,
        opportunities.stage_group,
        coalesce(opportunities.opportunity_amount, 0) as opportunity_amount
    from first_visits
    inner join opportunities
        on first_visits.opportunity_key = opportunities.opportunity_key
    left join advances
        on first_visits.opportunity_stage_key = advances.opportunity_stage_key
),

counted as (
    select
        month_start_date,
        staff_key,
        sales_stage,
        min(entered_stage_group) as stage_group,
        min(stage_order) as stage_order,
        count(*) as entered_count,
        sum(case when is_advanced then 1 else 0 end) as advanced_count,
        sum(case when stage_group = 'won' then 1 else 0 end) as won_count,
        sum(case when stage_group = 'lost' then 1 else 0 end) as lost_count,
        sum(case when stage_group not in ('won', 'lost') then 1 else 0 end) as still_open_count,
        sum(opportunity_amount) as entered_amount,
        sum(case when stage_group = 'won' then opportunity_amount else 0 end) as won_amount,
        avg(case when not is_current_stage then days_in_sales_stage end) as average_days
    from entries
    group by
        month_start_date,
        staff_key,
        sales_stage
),

final as (
    select
        counted.month_start_date,
        counted.staff_key,
        counted.sales_stage,
        {{ as_of_date() }} as as_of_date,
        stage_names.sales_stage_zh,
        counted.stage_group,
        counted.stage_order,
        cast(counted.entered_count as bigint) as entered_count,
        cast(counted.advanced_count as bigint) as advanced_count,
        cast(counted.won_count as bigint) as won_count,
        cast(counted.lost_count as bigint) as lost_count,
        cast(counted.still_open_count as bigint) as still_open_count,
        cast(counted.entered_amount as decimal(18, 2)) as entered_amount,
        cast(counted.won_amount as decimal(18, 2)) as won_amount,
        case
            when counted.stage_group = 'open'
                then {{ share_of('counted.advanced_count', 'counted.entered_count') }}
        end as stage_conversion_ratio,
        {{ share_of('counted.won_count', 'counted.won_count + counted.lost_count') }}
            as win_rate_ratio,
        cast(counted.average_days as decimal(9, 1)) as average_days_in_stage
    from counted
    left join stage_names
        on counted.sales_stage = stage_names.sales_stage
)

select * from final
