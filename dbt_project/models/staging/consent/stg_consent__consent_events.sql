with
source as (
    {{ latest_rows(
        source('consent', 'consent_events'),
        key=['event_id'],
        where=up_to_as_of('occurred_at')
    ) }}
),

final as (
    select
        event_id,
        subject_type,
        {{ clean_text('subject_value') }} as subject_value,
        purpose,
        channel as channel_id,
        state as consent_state,
        {{ clean_text('policy_version') }} as policy_version,
        {{ clean_text('captured_via') }} as captured_via,
        occurred_at
    from source
)

select * from final
