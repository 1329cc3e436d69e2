-- The subject is a phone, an e-mail, a unionid or a shop number: only its keyed hash crosses, so
-- that the events of one subject still belong together. The hash is made of the standard value, so
-- that 139 1234 5678 and +86-13912345678 are one subject, whose later word counts.
with

consent_events as (
    select * from {{ ref('stg_consent__consent_events') }}
),

event_customers as (
    select
        source_record_id as event_id,
        customer_key
    from {{ source('identity', 'references_map') }}
    where source = 'consent.consent_events'
),

standard_values as (
    select
        source_record_id as event_id,
        min(identifier_value) as identifier_value
    from {{ source('identity', 'identifiers') }}
    where source = 'consent.consent_events' and is_reference
    group by source_record_id
),

event_subjects as (
    select
        consent_events.event_id,
        consent_events.subject_type,
        coalesce(
            nullif(standard_values.identifier_value, ''), consent_events.subject_value
        ) as subject_value
    from consent_events
    left join standard_values
        on consent_events.event_id = standard_values.event_id
),

-- Hashed once for each subject, not for each event.
subjects as (
    select
        subject_type,
        subject_value,
        {{ keyed_hash("subject_type || ':' || subject_value") }} as subject_key
    from (
        select distinct
            subject_type,
            subject_value
        from event_subjects
    ) as distinct_subjects
),

final as (
    select
        consent_events.event_id as consent_event_id,
        coalesce(event_customers.customer_key, 'unknown') as customer_key,
        consent_events.subject_type,
        subjects.subject_key,
        consent_events.purpose,
        consent_events.channel_id,
        consent_events.consent_state,
        consent_events.policy_version,
        consent_events.captured_via,
        consent_events.occurred_at,
        {{ to_business_date('consent_events.occurred_at') }} as occurred_date
    from consent_events
    left join event_customers
        on consent_events.event_id = event_customers.event_id
    inner join event_subjects
        on consent_events.event_id = event_subjects.event_id
    left join subjects
        on
            event_subjects.subject_type = subjects.subject_type
            and event_subjects.subject_value = subjects.subject_value
)

select * from final
