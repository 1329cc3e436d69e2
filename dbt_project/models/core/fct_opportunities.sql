-- The stage is the last one of fct_opportunity_stages. The amount of a closed opportunity is worth
-- what it was on its closing day, that of an open one what it is on as_of.
with

opportunities as (
    select * from {{ ref('int_opportunities_keyed') }}
),

stages as (
    select * from {{ ref('fct_opportunity_stages') }}
    where is_current_stage
),

stage_rules as (
    select
        source_system,
        source_stage,
        default_probability_ratio
    from {{ ref('sales_stages') }}
),

leads as (
    select
        lead_key,
        customer_key,
        lead_created_at
    from {{ ref('fct_leads') }}
    where not is_lead_deleted and customer_key <> 'unknown'
),

-- The lead that the opportunity came from: the customer's last one before it.
origins as (
    select
        opportunities.opportunity_key,
        leads.lead_key,
        row_number() over (
            partition by opportunities.opportunity_key
            order by leads.lead_created_at desc, leads.lead_key asc
        ) as choice
    from opportunities
    inner join leads
        on
            opportunities.customer_key = leads.customer_key
            and opportunities.created_at >= leads.lead_created_at
),

rates as (
    select
        currency_code,
        date_day,
        rate_to_reporting
    from {{ ref('exchange_rates') }}
),

joined as (
    select
        opportunities.*,
        stages.account_key as known_account_key,
        stages.staff_key as known_staff_key,
        stages.source_stage,
        stages.sales_stage,
        stages.stage_group,
        stages.stage_order,
        stages.stage_number,
        stages.entered_at,
        stages.entered_date,
        stages.is_entry_exact,
        stages.currency_code as amount_currency_code,
        case when stages.stage_group in ('won', 'lost') then stages.entered_at end as closed_at,
        case when stages.stage_group in ('won', 'lost') then stages.entered_date end
            as closed_date,
        -- Won and lost are certain; else the system's own figure goes before that of the seed.
        case stages.stage_group
            when 'won' then 1
            when 'lost' then 0
            else coalesce(
                cast(
                    coalesce(opportunities.probability_percent, stages.probability_percent)
                    as decimal(9, 4)
                ) / 100,
                stage_rules.default_probability_ratio
            )
        end as win_probability_ratio
    from opportunities
    inner join stages
        on opportunities.opportunity_key = stages.opportunity_key
    left join stage_rules
        on
            stages.source_system = stage_rules.source_system
            and stages.source_stage = stage_rules.source_stage
),

final as (
    select
        joined.opportunity_key,
        joined.customer_key,
        joined.known_account_key as account_key,
        joined.known_staff_key as staff_key,
        origins.lead_key,
        joined.source_system,
        joined.opportunity_text,
        joined.source_stage,
        joined.sales_stage,
        joined.stage_group,
        joined.stage_order,
        joined.stage_number,
        joined.entered_at as stage_entered_at,
        joined.entered_date as stage_entered_date,
        joined.is_entry_exact,
        joined.created_at as opportunity_created_at,
        {{ to_business_date('joined.created_at') }} as opportunity_created_date,
        joined.closed_at,
        joined.closed_date,
        joined.closing_date as expected_closing_date,
        cast(joined.win_probability_ratio as decimal(9, 4)) as win_probability_ratio,
        cast(joined.original_amount as decimal(18, 2)) as original_amount,
        joined.amount_currency_code as currency_code,
        rates.rate_to_reporting is not null as has_exchange_rate,
        {{ to_reporting('joined.original_amount', 'rates.rate_to_reporting') }}
            as opportunity_amount
    from joined
    left join origins
        on joined.opportunity_key = origins.opportunity_key and origins.choice = 1
    left join rates
        on
            joined.amount_currency_code = rates.currency_code
            and coalesce(joined.closed_date, {{ as_of_date() }}) = rates.date_day
)

select * from final
