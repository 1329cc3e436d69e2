with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

tickets as (
    select
        ticket_id,
        customer_key,
        ticket_type,
        opened_at,
        opened_date,
        is_open,
        is_sla_met,
        rating
    from {{ ref('fct_service_tickets') }}
),

totals as (
    select
        customer_key,
        count(*) as ticket_count,
        count(case when is_open then 1 end) as open_ticket_count,
        count(case when not is_sla_met then 1 end) as sla_missed_ticket_count,
        cast(avg(rating) as decimal(4, 2)) as average_ticket_rating,
        max(opened_date) as last_ticket_date
    from tickets
    group by customer_key
),

ranked as (
    select
        customer_key,
        ticket_type,
        row_number() over (
            partition by customer_key order by opened_at desc, ticket_id desc
        ) as tickets_ago
    from tickets
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        coalesce(totals.ticket_count, 0) as ticket_count,
        coalesce(totals.open_ticket_count, 0) as open_ticket_count,
        coalesce(totals.sla_missed_ticket_count, 0) as sla_missed_ticket_count,
        totals.average_ticket_rating,
        totals.last_ticket_date,
        ranked.ticket_type as last_ticket_type
    from customers
    left join totals on customers.customer_key = totals.customer_key
    left join ranked
        on customers.customer_key = ranked.customer_key and ranked.tickets_ago = 1
)

select * from final
