with

key_events as (
    select * from {{ source('identity', 'key_events') }}
),

final as (
    select
        event_date,
        event_type,
        customer_key,
        other_customer_key,
        record_count
    from key_events
)

select * from final
