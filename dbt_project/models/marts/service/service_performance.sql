-- The month is that of the opening, so that a month can still change while its tickets wait. A
-- ratio divides by the tickets that are decided, never by all; without any it is empty.
with

tickets as (
    select * from {{ ref('fct_service_tickets') }}
),

months as (
    select
        *,
        {{ month_start('opened_date') }} as month_start_date
    from tickets
),

counted as (
    select
        staff_key,
        month_start_date,
        count(*) as ticket_count,
        count(case when is_open then 1 end) as open_ticket_count,
        count(first_response_at) as answered_ticket_count,
        count(resolved_at) as resolved_ticket_count,
        count(case when first_resolved_at is not null or is_reopened then 1 end)
            as ever_resolved_ticket_count,
        {{ median('first_response_seconds / 60.0') }} as median_first_response_minutes,
        {{ median('first_response_business_seconds / 60.0') }}
            as median_first_response_business_minutes,
        {{ median('resolution_seconds / 60.0') }} as median_resolution_minutes,
        {{ median('resolution_business_seconds / 60.0') }} as median_resolution_business_minutes,
        count(is_first_response_sla_met) as first_response_sla_decided_count,
        count(case when is_first_response_sla_met then 1 end) as first_response_sla_met_count,
        count(is_resolution_sla_met) as resolution_sla_decided_count,
        count(case when is_resolution_sla_met then 1 end) as resolution_sla_met_count,
        count(is_sla_met) as sla_decided_count,
        count(case when is_sla_met then 1 end) as sla_met_count,
        count(case when is_reopened then 1 end) as reopened_ticket_count,
        sum(reopen_count) as reopen_count,
        count(case when is_first_contact_resolution then 1 end) as first_contact_resolution_count,
        count(rating) as rating_count,
        avg(rating) as average_ticket_rating
    from months
    group by staff_key, month_start_date
),

final as (
    select
        staff_key,
        month_start_date,
        {{ as_of_date() }} as as_of_date,
        ticket_count,
        open_ticket_count,
        answered_ticket_count,
        resolved_ticket_count,
        cast(median_first_response_minutes as decimal(18, 2)) as median_first_response_minutes,
        cast(median_first_response_business_minutes as decimal(18, 2))
            as median_first_response_business_minutes,
        cast(median_resolution_minutes as decimal(18, 2)) as median_resolution_minutes,
        cast(median_resolution_business_minutes as decimal(18, 2))
            as median_resolution_business_minutes,
        {{ ratio('first_response_sla_met_count', 'first_response_sla_decided_count') }}
            as first_response_sla_met_ratio,
        {{ ratio('resolution_sla_met_count', 'resolution_sla_decided_count') }}
            as resolution_sla_met_ratio,
        sla_decided_count,
        sla_met_count,
        {{ ratio('sla_met_count', 'sla_decided_count') }} as sla_met_ratio,
        reopened_ticket_count,
        cast(reopen_count as bigint) as reopen_count,
        {{ ratio('reopened_ticket_count', 'ever_resolved_ticket_count') }} as reopened_ratio,
        first_contact_resolution_count,
        {{ ratio('first_contact_resolution_count', 'resolved_ticket_count') }}
            as first_contact_resolution_ratio,
        rating_count,
        cast(average_ticket_rating as decimal(4, 2)) as average_ticket_rating
    from counted
)

select * from final
