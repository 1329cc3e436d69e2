with

consents as (
    select * from {{ ref('int_consents_keyed') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

final as (
    select
        consents.consent_event_id,
        consents.customer_key,
        consents.subject_type,
        consents.subject_key,
        consents.purpose,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        consents.consent_state,
        consents.policy_version,
        consents.captured_via,
        consents.occurred_at,
        consents.occurred_date
    from consents
    left join channels
        on consents.channel_id = channels.channel_id
)

select * from final
