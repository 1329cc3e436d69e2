-- A target counts as missed once its time is over on as_of, also while the ticket waits; before
-- that it is undecided (empty). Times before the opening are faults of the source: no minutes.
with

tickets as (
    select * from {{ ref('int_service_tickets_keyed') }}
),

targets as (
    select * from {{ ref('service_sla_targets') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

measured as (
    select
        tickets.*,
        targets.first_response_target_minutes,
        targets.resolution_target_minutes,
        coalesce(channels.channel_id, 'unknown') as known_channel_id,
        coalesce(staff.staff_key, 'unknown') as known_staff_key,
        case
            when tickets.first_response_at >= tickets.opened_at
                then {{ minutes_between('tickets.opened_at', 'tickets.first_response_at') }}
        end as first_response_minutes,
        case
            when tickets.resolved_at >= tickets.opened_at
                then {{ minutes_between('tickets.opened_at', 'tickets.resolved_at') }}
        end as resolution_minutes,
        {{ minutes_after('tickets.opened_at', 'targets.first_response_target_minutes') }}
            as first_response_due_at,
        {{ minutes_after('tickets.opened_at', 'targets.resolution_target_minutes') }}
            as resolution_due_at
    from tickets
    left join targets
        on tickets.priority = targets.priority
    left join channels
        on tickets.channel_id = channels.channel_id
    left join staff
        on tickets.staff_key = staff.staff_key
),

judged as (
    select
        *,
        case
            when first_response_target_minutes is null then null
            when first_response_minutes is not null
                then first_response_minutes <= first_response_target_minutes
            when first_response_at is null and {{ up_to_as_of('first_response_due_at') }} then false
        end as is_first_response_sla_met,
        case
            when resolution_target_minutes is null then null
            when resolution_minutes is not null
                then resolution_minutes <= resolution_target_minutes
            when resolved_at is null and {{ up_to_as_of('resolution_due_at') }} then false
        end as is_resolution_sla_met
    from measured
),

final as (
    select
        ticket_id,
        customer_key,
        known_channel_id as channel_id,
        known_staff_key as staff_key,
        ticket_type,
        coalesce(priority, 'unknown') as priority,
        ticket_status,
        ticket_status in ('open', 'pending') as is_open,
        opened_at,
        {{ to_business_date('opened_at') }} as opened_date,
        first_response_at,
        resolved_at,
        {{ to_business_date('resolved_at') }} as resolved_date,
        cast(first_response_minutes as bigint) as first_response_minutes,
        cast(resolution_minutes as bigint) as resolution_minutes,
        first_response_target_minutes,
        resolution_target_minutes,
        is_first_response_sla_met,
        is_resolution_sla_met,
        case
            when not is_first_response_sla_met or not is_resolution_sla_met then false
            when is_first_response_sla_met and is_resolution_sla_met then true
        end as is_sla_met,
        cast(rating as integer) as rating,
        subject_text,
        description_text,
        resolution_text
    from judged
)

select * from final
