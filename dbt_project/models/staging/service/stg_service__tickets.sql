-- All versions of the tickets that were open by as_of; of a ticket edited since, a snapshot may
-- hold nothing else, and its earliest later version stands in. int_identity_service_tickets says
-- which version counts on as_of.
with
source as (
    {{ kept_versions(
        source('service', 'tickets'),
        key=['ticket_id'],
        version='updated_at',
        created='opened_at'
    ) }}
),

final as (
    select
        ticket_id,
        {{ to_id('customer_id') }} as shop_customer_id,
        channel as channel_id,
        {{ clean_text('staff_id') }} as staff_id,
        {{ clean_text('ticket_type') }} as ticket_type,
        priority,
        status as ticket_status,
        {{ clean_text('contact_email') }} as contact_email,
        {{ clean_text('contact_phone') }} as contact_phone,
        {{ clean_text('subject') }} as subject,
        {{ clean_text('description') }} as description,
        {{ clean_text('resolution') }} as resolution,
        rating,
        opened_at,
        first_response_at,
        resolved_at,
        updated_at,
        is_version_known
    from source
)

select * from final
