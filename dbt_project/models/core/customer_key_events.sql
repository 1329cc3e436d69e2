with

key_events as (
    select * from {{ ref('int_customer_key_events_keyed') }}
),

final as (
    select
        {{ surrogate_key(['event_date', 'event_type', 'customer_key', 'other_customer_key']) }}
            as key_event_key,
        event_date,
        event_type,
        customer_key,
        other_customer_key,
        record_count
    from key_events
)

select * from final
