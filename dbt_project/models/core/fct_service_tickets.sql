-- A target counts as missed once its time is over on as_of, also while the ticket waits; before
-- that it is undecided (empty). Which target: that of the priority the ticket had when it was
-- answered or solved, or has at the end of as_of while it waits.
with

tickets as (
    select * from {{ ref('int_service_tickets_keyed') }}
),

clocks as (
    select * from {{ ref('service_ticket_clocks') }}
),

targets as (
    select * from {{ ref('service_sla_targets') }}
),

rules as (
    select * from {{ ref('service_rules') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

-- the next ticket of a known customer about the same thing
followed as (
    select
        ticket_id,
        lead(opened_at) over (
            partition by customer_key, ticket_type order by opened_at, ticket_id
        ) as next_opened_at
    from tickets
    where customer_key <> 'unknown'
),

measured as (
    select
        tickets.*,
        clocks.schedule_id,
        clocks.first_resolved_at,
        clocks.reopen_count,
        clocks.first_response_priority,
        clocks.resolution_priority,
        clocks.resolved_at as solved_at,
        clocks.first_response_clock_seconds,
        clocks.first_response_business_clock_seconds,
        clocks.resolution_clock_seconds,
        clocks.resolution_business_clock_seconds,
        response_targets.first_response_target_minutes,
        resolution_targets.resolution_target_minutes,
        coalesce(channels.channel_id, 'unknown') as known_channel_id,
        coalesce(staff.staff_key, 'unknown') as known_staff_key,
        case response_targets.sla_clock
            when 'business' then clocks.first_response_business_clock_seconds
            else clocks.first_response_clock_seconds
        end as response_sla_clock,
        case resolution_targets.sla_clock
            when 'business' then clocks.resolution_business_clock_seconds
            else clocks.resolution_clock_seconds
        end as resolution_sla_clock,
        coalesce(
            followed.next_opened_at
            <= {{ minutes_after('clocks.resolved_at', '1440 * rules.repeat_contact_days') }}, false
        ) as is_asked_again,
        {{ seconds_between(
            'coalesce(tickets.first_response_at, clocks.resolved_at)', 'clocks.resolved_at'
        ) }} <= 60 * rules.first_contact_minutes as is_solved_at_once
    from tickets
    left join clocks
        on tickets.ticket_id = clocks.ticket_id
    left join targets as response_targets
        on clocks.first_response_priority = response_targets.priority
    left join targets as resolution_targets
        on clocks.resolution_priority = resolution_targets.priority
    left join channels
        on tickets.channel_id = channels.channel_id
    left join staff
        on tickets.staff_key = staff.staff_key
    left join followed
        on tickets.ticket_id = followed.ticket_id
    left join rules
        on true
),

judged as (
    select
        *,
        case
            when response_sla_clock > 60 * first_response_target_minutes then false
            when coalesce(first_response_at, first_resolved_at) is not null
                then response_sla_clock <= 60 * first_response_target_minutes
        end as is_first_response_sla_met,
        case
            when resolution_sla_clock > 60 * resolution_target_minutes then false
            when solved_at is not null
                then resolution_sla_clock <= 60 * resolution_target_minutes
        end as is_resolution_sla_met,
        case when first_response_at is not null then first_response_clock_seconds end
            as first_response_seconds,
        case when first_response_at is not null then first_response_business_clock_seconds end
            as first_response_business_seconds,
        case when solved_at is not null then resolution_clock_seconds end as resolution_seconds,
        case when solved_at is not null then resolution_business_clock_seconds end
            as resolution_business_seconds
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
        coalesce(first_response_priority, 'unknown') as first_response_priority,
        coalesce(resolution_priority, 'unknown') as resolution_priority,
        ticket_status,
        ticket_status in ('open', 'pending') as is_open,
        opened_at,
        {{ to_business_date('opened_at') }} as opened_date,
        first_response_at,
        first_resolved_at,
        solved_at as resolved_at,
        {{ to_business_date('solved_at') }} as resolved_date,
        schedule_id,
        cast(first_response_seconds as bigint) as first_response_seconds,
        cast(first_response_business_seconds as bigint) as first_response_business_seconds,
        cast(resolution_seconds as bigint) as resolution_seconds,
        cast(resolution_business_seconds as bigint) as resolution_business_seconds,
        {{ whole_minutes('first_response_seconds') }} as first_response_minutes,
        {{ whole_minutes('first_response_business_seconds') }} as first_response_business_minutes,
        {{ whole_minutes('resolution_seconds') }} as resolution_minutes,
        {{ whole_minutes('resolution_business_seconds') }} as resolution_business_minutes,
        first_response_target_minutes,
        resolution_target_minutes,
        is_first_response_sla_met,
        is_resolution_sla_met,
        case
            when not is_first_response_sla_met or not is_resolution_sla_met then false
            when is_first_response_sla_met and is_resolution_sla_met then true
        end as is_sla_met,
        reopen_count,
        reopen_count > 0 as is_reopened,
        case
            when solved_at is not null
                then reopen_count = 0 and is_solved_at_once and not is_asked_again
        end as is_first_contact_resolution,
        cast(rating as integer) as rating,
        subject_text,
        description_text,
        resolution_text
    from judged
)

select * from final
