{#- A table: looking for all the names in every text once is dear enough. -#}
{{ config(materialized='table') }}

with

calls as (
    select * from {{ ref('stg_crm_zoho__calls') }}
),

meetings as (
    select * from {{ ref('stg_crm_zoho__events') }}
),

tasks as (
    select * from {{ ref('stg_crm_zoho__tasks') }}
),

sales_records as (
    select * from {{ ref('stg_crm_fxiaoke__active_records') }}
),

activities as (
    select
        'crm_zoho' as source_system,
        'calls' as object,
        activity_id,
        contact_id,
        deal_id,
        owner_id,
        coalesce(call_type, 'Call') as source_activity_type,
        subject,
        cast(duration_seconds as bigint) as duration_seconds,
        cast(null as {{ dbt.type_string() }}) as task_status,
        cast(null as date) as task_due_date,
        cast(null as timestamp) as closed_at,
        occurred_at,
        modified_at
    from calls
    union all
    select
        'crm_zoho' as source_system,
        'events' as object,
        activity_id,
        contact_id,
        deal_id,
        owner_id,
        'Meeting' as source_activity_type,
        subject,
        case
            when ended_at >= occurred_at then {{ seconds_between('occurred_at', 'ended_at') }}
        end as duration_seconds,
        null as task_status,
        null as task_due_date,
        null as closed_at,
        occurred_at,
        modified_at
    from meetings
    union all
    select
        'crm_zoho' as source_system,
        'tasks' as object,
        activity_id,
        contact_id,
        deal_id,
        owner_id,
        'Task' as source_activity_type,
        subject,
        null as duration_seconds,
        task_status,
        due_date as task_due_date,
        closed_at,
        occurred_at,
        modified_at
    from tasks
    union all
    select
        'crm_fxiaoke' as source_system,
        'active_records' as object,
        activity_id,
        contact_id,
        null as deal_id,
        owner_id,
        activity_type as source_activity_type,
        null as subject,
        null as duration_seconds,
        null as task_status,
        null as task_due_date,
        null as closed_at,
        occurred_at,
        modified_at
    from sales_records
),

redacted_activities as (
    {{ with_redacted_texts('activities', ['subject']) }}
),

people as (
    select
        *,
        -- A CRM numbers contacts and leads from one sequence; should two share one, the contact.
        row_number() over (partition by source_system, record_id order by object) as choice
    from {{ ref('int_crm_people') }}
),

opportunities as (
    select
        opportunity_key,
        customer_key,
        account_key
    from {{ ref('int_opportunities_keyed') }}
),

staff_names as (
    select * from {{ ref('int_crm_staff_names') }}
),

final as (
    select
        {{ surrogate_key([
            'activities.source_system', 'activities.object', 'activities.activity_id'
        ]) }} as activity_key,
        activities.source_system,
        activities.source_activity_type,
        coalesce(people.customer_key, opportunities.customer_key, 'unknown') as customer_key,
        opportunities.opportunity_key,
        coalesce(opportunities.account_key, people.account_key) as account_key,
        case
            when activities.owner_id is not null
                then {{ staff_key('activities.source_system', 'activities.owner_id') }}
        end as staff_key,
        {{ redact_names(
            redact_introductions('activities.redacted_subject'),
            "concat_ws(chr(10), people.full_names, staff_names.full_name)"
        ) }} as activity_text,
        activities.duration_seconds,
        activities.task_status,
        activities.task_due_date,
        activities.closed_at,
        activities.occurred_at,
        activities.modified_at
    from redacted_activities as activities
    left join people
        on
            activities.source_system = people.source_system
            and activities.contact_id = people.record_id
            and people.choice = 1
    left join opportunities
        on
            {{ surrogate_key(['activities.source_system', 'activities.deal_id']) }}
            = opportunities.opportunity_key
    left join staff_names
        on
            activities.source_system = staff_names.source_system
            and activities.owner_id = staff_names.user_id
)

select * from final
