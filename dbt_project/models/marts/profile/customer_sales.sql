-- Every subject is summed up before it is joined, so that notes do not multiply opportunities.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

notes as (
    select
        note_key,
        customer_key,
        note_text,
        written_at,
        written_date
    from {{ ref('fct_notes') }}
),

activities as (
    select
        customer_key,
        occurred_date
    from {{ ref('fct_activities') }}
    where is_contact
),

follow_ups as (
    select
        customer_key,
        follow_up_status,
        follow_up_due_date
    from {{ ref('follow_ups') }}
    where not is_follow_up_done
),

opportunities as (
    select
        customer_key,
        stage_group,
        opportunity_amount
    from {{ ref('fct_opportunities') }}
),

ranked_notes as (
    select
        customer_key,
        note_text as last_note_text,
        written_date as last_note_date,
        count(*) over (partition by customer_key) as customer_note_count,
        row_number() over (
            partition by customer_key order by written_at desc, note_key desc
        ) as notes_ago
    from notes
),

contact_totals as (
    select
        customer_key,
        count(*) as sales_contact_count,
        max(occurred_date) as last_sales_contact_date
    from activities
    group by customer_key
),

follow_up_totals as (
    select
        customer_key,
        count(*) as open_follow_up_count,
        count(case when follow_up_status = 'overdue' then 1 end) as overdue_follow_up_count,
        min(follow_up_due_date) as next_follow_up_due_date
    from follow_ups
    group by customer_key
),

opportunity_totals as (
    select
        customer_key,
        count(case when stage_group not in ('won', 'lost') then 1 end) as open_opportunity_count,
        sum(case when stage_group not in ('won', 'lost') then opportunity_amount end)
            as open_opportunity_amount,
        count(case when stage_group = 'won' then 1 end) as won_opportunity_count,
        sum(case when stage_group = 'won' then opportunity_amount end) as won_opportunity_amount
    from opportunities
    group by customer_key
),

final as (
    select
        customers.customer_key,
        {{ as_of_date() }} as as_of_date,
        coalesce(ranked_notes.customer_note_count, 0) as customer_note_count,
        ranked_notes.last_note_date,
        ranked_notes.last_note_text,
        coalesce(contact_totals.sales_contact_count, 0) as sales_contact_count,
        contact_totals.last_sales_contact_date,
        coalesce(follow_up_totals.open_follow_up_count, 0) as open_follow_up_count,
        coalesce(follow_up_totals.overdue_follow_up_count, 0) as overdue_follow_up_count,
        follow_up_totals.next_follow_up_due_date,
        coalesce(opportunity_totals.open_opportunity_count, 0) as open_opportunity_count,
        cast(coalesce(opportunity_totals.open_opportunity_amount, 0) as decimal(18, 2))
            as open_opportunity_amount,
        coalesce(opportunity_totals.won_opportunity_count, 0) as won_opportunity_count,
        cast(coalesce(opportunity_totals.won_opportunity_amount, 0) as decimal(18, 2))
            as won_opportunity_amount
    from customers
    left join ranked_notes
        on customers.customer_key = ranked_notes.customer_key and ranked_notes.notes_ago = 1
    left join contact_totals on customers.customer_key = contact_totals.customer_key
    left join follow_up_totals on customers.customer_key = follow_up_totals.customer_key
    left join opportunity_totals on customers.customer_key = opportunity_totals.customer_key
)

select * from final
