-- Two steps. One subject (a phone, an e-mail, an account) has the state of its own latest event; an
-- event for `any` channel counts for every channel. Then the most restrictive of the customer's
-- subjects wins: a withdrawal by one of them is undone only by a later grant of that same one,
-- never by a grant of another, also after two records were merged into one customer. An opt-out in
-- the CRM is a withdrawal of e-mail marketing by that contact.
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

covered as (
    select
        consents.customer_key,
        consents.subject_key,
        consents.purpose,
        consent_channels.channel_id,
        consents.consent_state,
        consents.occurred_at,
        consents.consent_event_id,
        consents.policy_version
    from consents
    inner join consent_channels
        on consents.channel_id = consent_channels.consented_channel_id
    where consents.customer_key <> 'unknown'
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
    where event_rank = 1
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

customer_states as (
    select
        customer_key,
        purpose,
        channel_id,
        count(*) as subject_count,
        count(case when consent_state = 'withdrawn' then 1 end) as withdrawn_count,
        max(case when consent_state = 'withdrawn' then occurred_at end) as last_withdrawn_at,
        max(case when consent_state = 'granted' then occurred_at end) as last_granted_at,
        max(case when consent_state = 'granted' then policy_version end) as granted_policy_version
    from subject_states
    group by
        customer_key,
        purpose,
        channel_id
),

final as (
    select
        customer_key,
        purpose,
        channel_id,
        case when withdrawn_count > 0 then 'withdrawn' else 'granted' end as consent_state,
        withdrawn_count = 0 as is_granted,
        case when withdrawn_count > 0 then last_withdrawn_at else last_granted_at end as decided_at,
        case when withdrawn_count = 0 then granted_policy_version end as policy_version,
        subject_count,
        withdrawn_count
    from customer_states
)

select * from final
