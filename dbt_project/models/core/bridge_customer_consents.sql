-- Two steps. One subject (a phone, an e-mail, an account) has the state of its own latest event; an
-- event for `any` channel counts for every channel. Then the most restrictive of the customer's
-- subjects wins: a withdrawal by one of them is undone only by a later grant of that same one,
-- never by a grant of another, also after two records were merged into one customer. An opt-out in
-- the CRM is a withdrawal of e-mail marketing by that contact. What an address said that several
-- customers have is nobody's grant, but a withdrawal of each of them. A channel that the seed does
-- not explain covers itself, so that no word is lost.
with

consents as (
    select * from {{ ref('fct_consents') }}
),

email_opt_outs as (
    select * from {{ ref('int_email_opt_outs_keyed') }}
),

consent_channels as (
    select * from {{ ref('consent_channels') }}
),

assigned as (
    select
        consent_event_id,
        customer_key,
        true as is_own
    from consents
    where customer_key <> 'unknown'
    union all
    select
        consent_event_id,
        customer_key,
        false as is_own
    from {{ ref('int_disputed_consents_keyed') }}
),

covered as (
    select
        assigned.customer_key,
        assigned.is_own,
        consents.subject_key,
        consents.purpose,
        coalesce(consent_channels.channel_id, consents.channel_id) as channel_id,
        consents.consent_state,
        consents.occurred_at,
        consents.consent_event_id,
        consents.policy_version
    from consents
    inner join assigned on consents.consent_event_id = assigned.consent_event_id
    left join consent_channels
        on consents.channel_id = consent_channels.consented_channel_id
),

-- Two events of one subject at the same moment: the withdrawal counts.
ranked as (
    select
        *,
        row_number() over (
            partition by customer_key, subject_key, purpose, channel_id
            order by
                occurred_at desc,
                case when consent_state = 'withdrawn' then 0 else 1 end asc,
                consent_event_id asc
        ) as event_rank
    from covered
),

subject_states as (
    select
        customer_key,
        purpose,
        channel_id,
        consent_state,
        occurred_at,
        policy_version
    from ranked
    where event_rank = 1 and (is_own or consent_state = 'withdrawn')
    union all
    select
        customer_key,
        'marketing' as purpose,
        'email' as channel_id,
        'withdrawn' as consent_state,
        opted_out_at as occurred_at,
        null as policy_version
    from email_opt_outs
),

-- The row that decides: the last withdrawal if there is one, else the last grant.
weighed as (
    select
        *,
        count(*) over same_question as subject_count,
        count(case when consent_state = 'withdrawn' then 1 end) over same_question
            as withdrawn_count,
        row_number() over (
            partition by customer_key, purpose, channel_id
            order by
                case when consent_state = 'withdrawn' then 0 else 1 end asc,
                occurred_at desc,
                policy_version desc nulls last
        ) as decision_rank
    from subject_states
    window same_question as (partition by customer_key, purpose, channel_id)
),

final as (
    select
        customer_key,
        purpose,
        channel_id,
        consent_state,
        consent_state = 'granted' as is_granted,
        occurred_at as decided_at,
        case when consent_state = 'granted' then policy_version end as policy_version,
        subject_count,
        withdrawn_count
    from weighed
    where decision_rank = 1
)

select * from final
