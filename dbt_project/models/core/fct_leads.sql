-- The response is the first call, meeting, visit or message of the staff to that customer after the
-- lead came, whoever made it and in whichever system. A lead nobody knows has none.
with

leads as (
    select * from {{ ref('int_leads_keyed') }}
),

statuses as (
    select * from {{ ref('lead_statuses') }}
),

responses as (
    select
        customer_key,
        occurred_at
    from {{ ref('fct_activities') }}
    where is_response and customer_key <> 'unknown'
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

rules as (
    select lead_response_target_minutes
    from {{ ref('sales_rules') }}
    where rule_set = 'default'
),

schedules as (
    select * from {{ ref('business_schedules') }}
    where is_default
),

business_days as (
    select business_days.*
    from {{ ref('business_days') }} as business_days
    inner join schedules
        on business_days.schedule_id = schedules.schedule_id
),

first_responses as (
    select
        leads.lead_key,
        min(responses.occurred_at) as responded_at
    from leads
    inner join responses
        on
            leads.customer_key = responses.customer_key
            and leads.created_at <= responses.occurred_at
    group by leads.lead_key
),

judged as (
    select
        leads.*,
        first_responses.responded_at,
        coalesce(statuses.lead_stage, 'unknown') as lead_stage,
        coalesce(leads.is_converted, statuses.lead_stage = 'converted', false)
            as is_lead_converted,
        {{ schedule_date('leads.created_at', 'schedules') }} as created_day,
        {{ schedule_date('first_responses.responded_at', 'schedules') }} as responded_day,
        {{ minutes_after('leads.created_at', 'rules.lead_response_target_minutes') }} as due_at,
        rules.lead_response_target_minutes
    from leads
    cross join rules
    left join schedules
        on schedules.is_default
    left join first_responses
        on leads.lead_key = first_responses.lead_key
    left join statuses
        on
            leads.source_system = statuses.source_system
            and leads.lead_status = statuses.source_status
),

measured as (
    select
        judged.*,
        {{ minutes_between('judged.created_at', 'judged.responded_at') }} as response_minutes,
        {{ business_seconds_between(
            'judged.created_at', 'judged.responded_at', 'created_days', 'responded_days'
        ) }} as response_business_seconds
    from judged
    left join business_days as created_days
        on judged.created_day = created_days.schedule_date
    left join business_days as responded_days
        on judged.responded_day = responded_days.schedule_date
),

final as (
    select
        measured.lead_key,
        measured.customer_key,
        coalesce(staff.staff_key, 'unknown') as staff_key,
        measured.source_system,
        coalesce(measured.lead_source, 'unknown') as lead_source,
        measured.lead_status,
        measured.lead_stage,
        measured.is_deleted as is_lead_deleted,
        measured.created_at as lead_created_at,
        {{ to_business_date('measured.created_at') }} as lead_created_date,
        measured.is_lead_converted,
        case
            when measured.is_lead_converted
                then coalesce(measured.converted_at, measured.modified_at)
        end as lead_converted_at,
        {{ to_business_date(
            'case when measured.is_lead_converted'
            ~ ' then coalesce(measured.converted_at, measured.modified_at) end'
        ) }} as lead_converted_date,
        measured.responded_at as lead_responded_at,
        {{ to_business_date('measured.responded_at') }} as lead_responded_date,
        cast(measured.response_minutes as bigint) as lead_response_minutes,
        cast(floor(measured.response_business_seconds / 60) as bigint)
            as lead_response_business_minutes,
        case
            when measured.responded_at is not null
                then measured.response_minutes <= measured.lead_response_target_minutes
            when {{ up_to_as_of('measured.due_at') }} then false
        end as is_lead_response_in_time
    from measured
    left join staff
        on measured.staff_key = staff.staff_key
)

select * from final
