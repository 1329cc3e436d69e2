-- What speaks for and against writing to a customer now. A case that is open, a complaint of the
-- last days, no consent or no channel for it, or enough messages: the first that holds is why not.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

rules as (
    select * from {{ ref('care_rules') }}
    where rule_set = 'default'
),

open_tickets as (
    select
        customer_key,
        count(*) as open_ticket_count
    from {{ ref('fct_service_tickets') }}
    where is_open
    group by customer_key
),

complaints as (
    select
        customer_key,
        max(responded_date) as last_complaint_date
    from {{ ref('fct_feedback') }}
    where feedback_kind = 'complaint'
    group by customer_key
),

consents as (
    select
        customer_key,
        count(case when not is_granted then 1 end) as withdrawn_channel_count,
        count(case when is_granted then 1 end) as granted_channel_count
    from {{ ref('bridge_customer_consents') }}
    where purpose = 'marketing'
    group by customer_key
),

channels as (
    select
        customer_key,
        count(*) as open_channel_count,
        max(case when channel_rank = 1 then channel_id end) as preferred_channel_id
    from {{ ref('channel_preferences') }}
    group by customer_key
),

-- The messages that count, the latest first: when the one at the cap is old enough, one more may
-- be sent.
messages as (
    select
        touches.customer_key,
        touches.touched_date,
        row_number() over (
            partition by touches.customer_key
            order by touches.touched_date desc, touches.touch_id desc
        ) as message_number
    from {{ ref('fct_campaign_touches') }} as touches
    cross join rules
    where
        touches.touch_kind = 'send'
        and touches.touched_date > {{ days_after(as_of_date(), '-rules.contact_cap_days') }}
),

contacts as (
    select
        messages.customer_key,
        count(*) as recent_contact_count,
        max(
            case
                when messages.message_number = rules.contact_cap_count
                    then {{ days_after('messages.touched_date', 'rules.contact_cap_days') }}
            end
        ) as contact_again_on
    from messages
    cross join rules
    group by messages.customer_key
),

judged as (
    select
        customers.customer_key,
        coalesce(open_tickets.open_ticket_count, 0) as open_ticket_count,
        complaints.last_complaint_date,
        coalesce(channels.open_channel_count, 0) as open_channel_count,
        channels.preferred_channel_id,
        coalesce(contacts.recent_contact_count, 0) as recent_contact_count,
        contacts.contact_again_on,
        case
            when open_tickets.open_ticket_count > 0 then 'service_recovery'
            when
                complaints.last_complaint_date
                > {{ days_after(as_of_date(), '-rules.complaint_quiet_days') }}
                then 'wait_after_complaint'
            when channels.preferred_channel_id is null and consents.withdrawn_channel_count > 0
                then 'no_contact'
            when channels.preferred_channel_id is null and consents.granted_channel_count > 0
                then 'no_channel'
            when channels.preferred_channel_id is null then 'ask_consent'
            when contacts.recent_contact_count >= rules.contact_cap_count then 'wait_contact_cap'
        end as blocking_action
    from customers
    cross join rules
    left join open_tickets on customers.customer_key = open_tickets.customer_key
    left join complaints on customers.customer_key = complaints.customer_key
    left join consents on customers.customer_key = consents.customer_key
    left join channels on customers.customer_key = channels.customer_key
    left join contacts on customers.customer_key = contacts.customer_key
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        cast(open_ticket_count as bigint) as open_ticket_count,
        last_complaint_date,
        cast(open_channel_count as bigint) as open_channel_count,
        preferred_channel_id,
        cast(recent_contact_count as bigint) as recent_contact_count,
        contact_again_on,
        blocking_action
    from judged
)

select * from final
