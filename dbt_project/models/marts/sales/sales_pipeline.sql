with

opportunities as (
    select * from {{ ref('fct_opportunities') }}
),

stage_visits as (
    select * from {{ ref('fct_opportunity_stages') }}
),

stage_names as (
    select distinct
        sales_stage,
        sales_stage_zh
    from {{ ref('sales_stages') }}
),

rules as (
    select * from {{ ref('sales_rules') }}
    where rule_set = 'default'
),

activities as (
    select
        opportunity_key,
        count(*) as activity_count,
        max(occurred_date) as last_activity_date
    from {{ ref('fct_activities') }}
    where opportunity_key is not null
    group by opportunity_key
),

leads as (
    select * from {{ ref('fct_leads') }}
),

finished_visits as (
    select
        sales_stage,
        count(*) as visit_count,
        {{ median('days_in_sales_stage') }} as median_days
    from stage_visits
    where not is_current_stage and stage_group = 'open'
    group by sales_stage
),

cycles as (
    select
        {{ median(
            days_between('opportunities.opportunity_created_date', 'opportunities.closed_date')
        ) }} as usual_cycle_days
    from opportunities
    cross join rules
    where
        opportunities.stage_group = 'won'
        and opportunities.closed_date
        > {{ days_after(as_of_date(), '-rules.velocity_window_days') }}
),

measured as (
    select
        opportunities.*,
        {{ days_between(
            'opportunities.opportunity_created_date',
            'coalesce(opportunities.closed_date, ' ~ as_of_date() ~ ')'
        ) }} as age_days,
        case
            when opportunities.closed_date is null
                then {{ days_between('opportunities.stage_entered_date', as_of_date()) }}
        end as days_in_current_stage,
        case
            when opportunities.closed_date is null
                then case
                    when finished_visits.visit_count >= rules.stage_benchmark_min_visits
                        then finished_visits.median_days
                    else rules.stage_fallback_days
                end
        end as usual_days_in_stage,
        nullif(cycles.usual_cycle_days, 0) as usual_cycle_days,
        cast(
            round(opportunities.opportunity_amount * opportunities.win_probability_ratio, 2)
            as decimal(18, 2)
        ) as weighted_amount,
        rules.stalled_factor,
        rules.stalled_min_days
    from opportunities
    cross join rules
    cross join cycles
    left join finished_visits
        on opportunities.sales_stage = finished_visits.sales_stage
),

final as (
    select
        measured.opportunity_key,
        {{ as_of_date() }} as as_of_date,
        measured.customer_key,
        measured.account_key,
        measured.staff_key,
        measured.source_system,
        measured.opportunity_text,
        measured.sales_stage,
        stage_names.sales_stage_zh,
        measured.stage_group,
        measured.opportunity_created_date,
        measured.stage_entered_date,
        measured.closed_date,
        measured.expected_closing_date,
        measured.opportunity_amount,
        measured.original_amount,
        measured.currency_code,
        measured.has_exchange_rate,
        measured.win_probability_ratio,
        measured.weighted_amount,
        cast(measured.age_days as integer) as age_days,
        measured.stage_number,
        cast(
            measured.age_days / cast(measured.stage_number as decimal(9, 0)) as decimal(9, 1)
        ) as days_per_stage,
        cast(measured.days_in_current_stage as integer) as days_in_current_stage,
        cast(measured.usual_days_in_stage as decimal(9, 1)) as usual_days_in_stage,
        coalesce(
            measured.days_in_current_stage > greatest(
                measured.stalled_min_days, measured.stalled_factor * measured.usual_days_in_stage
            ),
            false
        ) as is_stalled,
        coalesce(
            measured.closed_date is null and measured.expected_closing_date < {{ as_of_date() }},
            false
        ) as is_closing_overdue,
        cast(measured.usual_cycle_days as decimal(9, 1)) as usual_cycle_days,
        case
            when measured.closed_date is null
                then cast(
                    round(
                        measured.weighted_amount
                        / cast(measured.usual_cycle_days as decimal(9, 1)), 2
                    ) as decimal(18, 2)
                )
        end as velocity_amount,
        coalesce(activities.activity_count, 0) as activity_count,
        activities.last_activity_date,
        measured.lead_key,
        leads.lead_response_minutes,
        leads.lead_response_business_minutes
    from measured
    left join stage_names
        on measured.sales_stage = stage_names.sales_stage
    left join activities
        on measured.opportunity_key = activities.opportunity_key
    left join leads
        on measured.lead_key = leads.lead_key
)

select * from final
