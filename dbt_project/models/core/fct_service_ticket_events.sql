-- The value before is what the change before left, whatever the log says; the log is asked where
-- nothing came before. Changes of the same second stand in the order of their numbers: shorter ones
-- first, as 9 comes before 10.
with

events as (
    select * from {{ ref('int_service_ticket_events_keyed') }}
),

tickets as (
    select
        ticket_id,
        customer_key,
        channel_id
    from {{ ref('int_service_tickets_keyed') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

ordered as (
    select
        *,
        row_number() over (
            partition by ticket_id, change_kind order by occurred_at, length(event_id), event_id
        ) as change_number,
        lag(new_value) over (
            partition by ticket_id, change_kind order by occurred_at, length(event_id), event_id
        ) as value_before,
        lead(occurred_at) over (
            partition by ticket_id, change_kind order by occurred_at, length(event_id), event_id
        ) as next_at
    from events
),

final as (
    select
        ordered.event_id,
        ordered.ticket_id,
        coalesce(tickets.customer_key, 'unknown') as customer_key,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        coalesce(staff.staff_key, 'unknown') as staff_key,
        ordered.change_kind,
        ordered.is_logged,
        cast(ordered.change_number as integer) as change_number,
        coalesce(ordered.value_before, ordered.old_value) as old_value,
        ordered.new_value,
        ordered.change_kind = 'status'
        and ordered.new_value in ('open', 'pending')
        and coalesce(
            ordered.value_before, ordered.old_value, 'open'
        ) in ('resolved', 'closed') as is_reopening,
        ordered.occurred_at,
        ordered.next_at as valid_until_at,
        ordered.occurred_date
    from ordered
    left join tickets
        on ordered.ticket_id = tickets.ticket_id
    left join channels
        on tickets.channel_id = channels.channel_id
    left join staff
        on ordered.staff_key = staff.staff_key
)

select * from final
