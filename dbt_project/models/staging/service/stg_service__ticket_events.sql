with
source as (
    {{ latest_rows(
        source('service', 'ticket_events'),
        key=['event_id'],
        where=up_to_as_of('occurred_at')
    ) }}
),

final as (
    select
        event_id,
        ticket_id,
        event_kind,
        old_value,
        new_value,
        {{ clean_text('staff_id') }} as staff_id,
        occurred_at
    from source
)

select * from final
