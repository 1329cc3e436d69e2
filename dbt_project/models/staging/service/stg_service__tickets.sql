-- A version later than as_of is not known yet, but its ticket may have been open: the newest known
-- version wins, and where there is none, only what had happened by as_of is told.
with
source as (
    {{ known_versions(
        source('service', 'tickets'),
        key=['ticket_id'],
        version='updated_at',
        created='opened_at'
    ) }}
),

as_known as (
    select
        *,
        case when {{ up_to_as_of('first_response_at') }} then first_response_at end
            as known_first_response_at,
        case when {{ up_to_as_of('resolved_at') }} then resolved_at end as known_resolved_at
    from source
),

final as (
    select
        ticket_id,
        {{ to_id('customer_id') }} as shop_customer_id,
        channel as channel_id,
        case when is_version_known then {{ clean_text('staff_id') }} end as staff_id,
        {{ clean_text('ticket_type') }} as ticket_type,
        priority,
        case
            when is_version_known then status
            when known_first_response_at is not null then 'pending'
            else 'open'
        end as ticket_status,
        {{ clean_text('contact_email') }} as contact_email,
        {{ clean_text('contact_phone') }} as contact_phone,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('description') }} as description,
        case when is_version_known then {{ clean_text('resolution') }} end as resolution,
        case when is_version_known then rating end as rating,
        opened_at,
        known_first_response_at as first_response_at,
        known_resolved_at as resolved_at,
        case
            when is_version_known then updated_at
            else coalesce(known_first_response_at, opened_at)
        end as updated_at
    from as_known
)

select * from final
