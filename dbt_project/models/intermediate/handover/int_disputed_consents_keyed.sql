-- Consents given by an address that several customers have, so that identity gave them to none:
-- each of those customers may be who spoke. An address that very many share is nobody's, as
-- everywhere.
with

consent_events as (
    select
        source_record_id as consent_event_id,
        identifier_type,
        identifier_value
    from {{ source('identity', 'identifiers') }}
    where source = 'consent.consent_events' and is_reference and is_valid and not is_shared
),

disputed as (
    select source_record_id as consent_event_id
    from {{ source('identity', 'references_map') }}
    where source = 'consent.consent_events' and customer_key = 'unknown'
),

identifiers as (
    select
        source,
        source_record_id,
        identifier_type,
        identifier_value
    from {{ source('identity', 'identifiers') }}
    where is_valid and not is_shared and not is_reference
),

customers_map as (
    select
        source,
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where is_current
),

final as (
    select distinct
        consent_events.consent_event_id,
        customers_map.customer_key
    from disputed
    inner join consent_events on disputed.consent_event_id = consent_events.consent_event_id
    inner join identifiers
        on
            consent_events.identifier_type = identifiers.identifier_type
            and consent_events.identifier_value = identifiers.identifier_value
    inner join customers_map
        on
            identifiers.source = customers_map.source
            and identifiers.source_record_id = customers_map.source_record_id
)

select * from final
