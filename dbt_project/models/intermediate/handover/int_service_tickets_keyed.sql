{#- A table: looking for all the names in every text once is dear enough. -#}
{{ config(materialized='table') }}

with

tickets as (
    select * from {{ ref('int_identity_service_tickets') }}
),

ticket_customers as (
    select
        source_record_id as ticket_id,
        customer_key
    from {{ source('identity', 'references_map') }}
    where source = 'service.tickets'
),

customer_names as (
    select
        customer_key,
        full_names
    from {{ ref('int_customer_names') }}
),

redacted_tickets as (
    {{ with_redacted_texts('tickets', ['subject', 'description', 'resolution']) }}
),

final as (
    select
        tickets.ticket_id,
        coalesce(ticket_customers.customer_key, 'unknown') as customer_key,
        tickets.channel_id,
        case
            when tickets.staff_id is not null then {{ staff_key("'crm_zoho'", 'tickets.staff_id') }}
        end as staff_key,
        tickets.ticket_type,
        tickets.priority,
        tickets.ticket_status,
        {{ redact_names(
            redact_introductions('tickets.redacted_subject'), 'customer_names.full_names'
        ) }} as subject_text,
        {{ redact_names(
            redact_introductions('tickets.redacted_description'), 'customer_names.full_names'
        ) }} as description_text,
        {{ redact_names(
            redact_introductions('tickets.redacted_resolution'), 'customer_names.full_names'
        ) }} as resolution_text,
        tickets.rating,
        tickets.opened_at,
        tickets.first_response_at,
        tickets.resolved_at
    from redacted_tickets as tickets
    left join ticket_customers
        on tickets.ticket_id = ticket_customers.ticket_id
    left join customer_names
        on ticket_customers.customer_key = customer_names.customer_key
)

select * from final
