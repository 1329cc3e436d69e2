with

events as (
    select count(*) as event_count
    from {{ ref('int_web_events_keyed') }}
),

sessions as (
    select coalesce(sum(event_count), 0) as event_count
    from {{ ref('fct_web_sessions') }}
)

select
    events.event_count as events_read,
    sessions.event_count as events_in_sessions
from events
cross join sessions
where events.event_count <> sessions.event_count
