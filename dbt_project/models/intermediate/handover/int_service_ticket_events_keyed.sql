{#- A table: several core models read it. -#}
{{ config(materialized='table') }}

-- What the help desk logged. A ticket without a log has the changes between its kept versions: the
-- first priority, or that it has none, counts from the opening on, a status from the version that
-- shows it.
with

logged as (
    select * from {{ ref('stg_service__ticket_events') }}
),

versions as (
    select *
    from {{ ref('stg_service__tickets') }}
    where
        is_version_known
        and ticket_id not in (select logged.ticket_id from logged)
),

compared as (
    select
        ticket_id,
        staff_id,
        priority,
        ticket_status,
        updated_at,
        lag(priority) over (partition by ticket_id order by updated_at) as priority_before,
        row_number() over (partition by ticket_id order by updated_at) as version_number,
        lag(ticket_status, 1, 'open') over (
            partition by ticket_id order by updated_at
        ) as status_before
    from versions
),

events as (
    select
        event_id,
        ticket_id,
        event_kind as change_kind,
        true as is_logged,
        old_value,
        new_value,
        staff_id,
        occurred_at
    from logged
    union all
    select
        ticket_id || ':priority:' || cast(updated_at as {{ dbt.type_string() }}) as event_id,
        ticket_id,
        'priority' as change_kind,
        false as is_logged,
        priority_before as old_value,
        priority as new_value,
        staff_id,
        updated_at as occurred_at
    from compared
    where version_number > 1 and priority is distinct from priority_before
    union all
    select
        ticket_id || ':status:' || cast(updated_at as {{ dbt.type_string() }}) as event_id,
        ticket_id,
        'status' as change_kind,
        false as is_logged,
        status_before as old_value,
        ticket_status as new_value,
        staff_id,
        updated_at as occurred_at
    from compared
    where ticket_status <> status_before
),

final as (
    select
        event_id,
        ticket_id,
        change_kind,
        is_logged,
        old_value,
        new_value,
        case
            when staff_id is not null then {{ staff_key("'crm_zoho'", 'staff_id') }}
        end as staff_key,
        occurred_at,
        {{ to_business_date('occurred_at') }} as occurred_date
    from events
)

select * from final
