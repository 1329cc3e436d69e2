-- A clock that still runs is read at the end of as_of; the first solution is an answer too, also of
-- a ticket that was reopened. Times before the opening are faults of the source: no seconds. A
-- priority holds from the second of its change until the next one; before the first change the
-- ticket had what that change says it was, without changes what it has now. A change may leave it
-- without one: no priority, not today's.
with

tickets as (
    select * from {{ ref('int_service_tickets_keyed') }}
),

events as (
    select * from {{ ref('fct_service_ticket_events') }}
),

days as (
    select * from {{ ref('business_days') }}
),

schedules as (
    select * from {{ ref('business_schedules') }}
),

channel_schedules as (
    select * from {{ ref('service_channel_schedules') }}
),

status_changes as (
    select
        ticket_id,
        sum(case when is_reopening then 1 else 0 end) as reopen_count,
        max(case when is_reopening then occurred_at end) as last_reopened_at,
        min(case when new_value in ('resolved', 'closed') then occurred_at end)
            as first_resolved_at,
        max(
            case
                when
                    new_value in ('resolved', 'closed')
                    and coalesce(old_value, 'open') not in ('resolved', 'closed')
                    then occurred_at
            end
        ) as last_resolved_at
    from events
    where change_kind = 'status'
    group by ticket_id
),

priority_ranges as (
    select
        ticket_id,
        new_value as priority,
        occurred_at as valid_from_at,
        valid_until_at
    from events
    where change_kind = 'priority'
    union all
    select
        ticket_id,
        old_value as priority,
        cast(null as timestamp) as valid_from_at,
        occurred_at as valid_until_at
    from events
    where change_kind = 'priority' and change_number = 1
),

stopped as (
    select
        tickets.ticket_id,
        tickets.priority,
        tickets.opened_at,
        tickets.first_response_at,
        status_changes.first_resolved_at as first_logged_at,
        coalesce(status_changes.reopen_count, 0) as reopen_count,
        coalesce(channel_schedules.schedule_id, default_schedules.schedule_id) as schedule_id,
        -- a ticket that waits again is not solved, whatever time an earlier solution left behind;
        -- one that was solved again is not solved by that time either
        case
            when tickets.ticket_status in ('open', 'pending') then null
            when tickets.resolved_at <= status_changes.last_reopened_at
                then status_changes.last_resolved_at
            else coalesce(tickets.resolved_at, status_changes.last_resolved_at)
        end as resolved_at,
        {{ start_of_business_date(days_after(as_of_date(), 1)) }} as read_at
    from tickets
    left join status_changes
        on tickets.ticket_id = status_changes.ticket_id
    left join channel_schedules
        on tickets.channel_id = channel_schedules.channel_id
    left join schedules as default_schedules
        on default_schedules.is_default
),

solved as (
    select
        *,
        least(first_logged_at, resolved_at) as first_resolved_at
    from stopped
),

clocked as (
    select
        *,
        coalesce(first_response_at, first_resolved_at, read_at) as response_until_at,
        coalesce(resolved_at, read_at) as resolution_until_at
    from solved
),

final as (
    select
        clocked.ticket_id,
        clocked.schedule_id,
        clocked.resolved_at,
        clocked.first_resolved_at,
        cast(clocked.reopen_count as integer) as reopen_count,
        case
            when response_priorities.ticket_id is not null then response_priorities.priority
            else clocked.priority
        end as first_response_priority,
        case
            when resolution_priorities.ticket_id is not null then resolution_priorities.priority
            else clocked.priority
        end as resolution_priority,
        case
            when clocked.response_until_at >= clocked.opened_at
                then {{ seconds_between('clocked.opened_at', 'clocked.response_until_at') }}
        end as first_response_clock_seconds,
        case
            when clocked.response_until_at >= clocked.opened_at
                then {{ business_seconds_between(
                    'clocked.opened_at', 'clocked.response_until_at', 'opened_days', 'response_days'
                ) }}
        end as first_response_business_clock_seconds,
        case
            when clocked.resolution_until_at >= clocked.opened_at
                then {{ seconds_between('clocked.opened_at', 'clocked.resolution_until_at') }}
        end as resolution_clock_seconds,
        case
            when clocked.resolution_until_at >= clocked.opened_at
                then {{ business_seconds_between(
                    'clocked.opened_at', 'clocked.resolution_until_at', 'opened_days', 'resolution_days'
                ) }}
        end as resolution_business_clock_seconds
    from clocked
    left join schedules
        on clocked.schedule_id = schedules.schedule_id
    left join days as opened_days
        on
            clocked.schedule_id = opened_days.schedule_id
            and {{ schedule_date('clocked.opened_at', 'schedules') }} = opened_days.schedule_date
    left join days as response_days
        on
            clocked.schedule_id = response_days.schedule_id
            and {{ schedule_date('clocked.response_until_at', 'schedules') }}
            = response_days.schedule_date
    left join days as resolution_days
        on
            clocked.schedule_id = resolution_days.schedule_id
            and {{ schedule_date('clocked.resolution_until_at', 'schedules') }}
            = resolution_days.schedule_date
    left join priority_ranges as response_priorities
        on
            clocked.ticket_id = response_priorities.ticket_id
            and {{ in_force_at('clocked.response_until_at', 'response_priorities') }}
    left join priority_ranges as resolution_priorities
        on
            clocked.ticket_id = resolution_priorities.ticket_id
            and {{ in_force_at('clocked.resolution_until_at', 'resolution_priorities') }}
)

select * from final
