-- A stage begins with the first sign of it and ends with the first sign of another. The same stage
-- after another one is a new row: the opportunity came back. Stages are those of sales_stages, so a
-- new label of the same one ends nothing. Labels that are not listed are a stage each.
with

signs as (
    select * from {{ ref('int_opportunity_stages_keyed') }}
),

opportunities as (
    select * from {{ ref('int_opportunities_keyed') }}
),

stages as (
    select * from {{ ref('sales_stages') }}
),

rates as (
    select
        currency_code,
        date_day,
        rate_to_reporting
    from {{ ref('exchange_rates') }}
),

accounts as (
    select account_key
    from {{ ref('dim_accounts') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

-- An opportunity of which no stage is known by as_of is there, in an unknown one.
every_sign as (
    select
        opportunities.opportunity_key,
        signs.stage,
        coalesce(stages.sales_stage, signs.stage) as compared_stage,
        signs.probability_percent,
        coalesce(signs.original_amount, opportunities.original_amount) as original_amount,
        coalesce(signs.seen_at, opportunities.created_at) as seen_at,
        coalesce(signs.is_entry_exact, false) as is_entry_exact,
        coalesce(signs.sign_id, '') as sign_id,
        coalesce(stages.stage_order, 0) as stage_order
    from opportunities
    left join signs
        on opportunities.opportunity_key = signs.opportunity_key
    left join stages
        on
            opportunities.source_system = stages.source_system
            and signs.stage = stages.source_stage
),

compared as (
    select
        *,
        lag(compared_stage) over (
            partition by opportunity_key
            order by seen_at asc, is_entry_exact desc, stage_order asc, sign_id asc
        ) as stage_before,
        row_number() over (
            partition by opportunity_key
            order by seen_at asc, is_entry_exact desc, stage_order asc, sign_id asc
        ) as sign_number
    from every_sign
),

stays as (
    select
        *,
        sum(
            case
                when sign_number = 1 or compared_stage is distinct from stage_before then 1
                else 0
            end
        ) over (partition by opportunity_key order by sign_number) as stage_number
    from compared
),

labelled as (
    select
        *,
        row_number() over (
            partition by opportunity_key, stage_number order by sign_number
        ) as sign_of_stay,
        first_value(stage) over (
            partition by opportunity_key, stage_number order by sign_number desc
        ) as last_label
    from stays
),

entered as (
    select
        *,
        lead(seen_at) over (partition by opportunity_key order by sign_number) as left_at
    from labelled
    where sign_of_stay = 1
),

dated as (
    select
        *,
        {{ to_business_date('seen_at') }} as entered_date,
        {{ to_business_date('left_at') }} as left_date
    from entered
),

final as (
    select
        {{ surrogate_key(['dated.opportunity_key', 'dated.stage_number']) }}
            as opportunity_stage_key,
        dated.opportunity_key,
        opportunities.customer_key,
        coalesce(accounts.account_key, 'unknown') as account_key,
        coalesce(staff.staff_key, 'unknown') as staff_key,
        opportunities.source_system,
        cast(dated.stage_number as integer) as stage_number,
        dated.last_label as source_stage,
        coalesce(stages.sales_stage, 'unknown') as sales_stage,
        coalesce(stages.stage_group, 'unknown') as stage_group,
        stages.stage_order,
        dated.seen_at as entered_at,
        dated.entered_date,
        dated.left_at,
        dated.left_date,
        dated.left_at is null as is_current_stage,
        dated.is_entry_exact,
        cast(
            {{ days_between(
                'dated.entered_date', 'coalesce(dated.left_date, ' ~ as_of_date() ~ ')'
            ) }} as integer
        ) as days_in_sales_stage,
        dated.probability_percent,
        cast(dated.original_amount as decimal(18, 2)) as original_amount,
        coalesce(opportunities.currency_code, '{{ var("reporting_currency") }}') as currency_code,
        {{ to_reporting('dated.original_amount', 'rates.rate_to_reporting') }} as opportunity_amount
    from dated
    inner join opportunities
        on dated.opportunity_key = opportunities.opportunity_key
    left join stages
        on
            opportunities.source_system = stages.source_system
            and dated.last_label = stages.source_stage
    left join rates
        on
            coalesce(opportunities.currency_code, '{{ var("reporting_currency") }}')
            = rates.currency_code
            and dated.entered_date = rates.date_day
    left join accounts
        on opportunities.account_key = accounts.account_key
    left join staff
        on opportunities.staff_key = staff.staff_key
)

select * from final
