-- The subject is a phone, an e-mail, a unionid or a shop number: only its keyed hash crosses, so
-- that the events of one subject still belong together.
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

subjects as (
    select
        subject_type,
        subject_value,
        {{ keyed_hash("subject_type || ':' || subject_value") }} as subject_key
    from (
        select distinct
            subject_type,
            subject_value
        from consent_events
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
    left join subjects
        on
            consent_events.subject_type = subjects.subject_type
            and consent_events.subject_value = subjects.subject_value
)

select * from final
