-- A note is followed up by the next contact with the customer, whoever had it; a task when it is
-- done.
with

notes as (
    select * from {{ ref('note_follow_ups') }}
),

activities as (
    select * from {{ ref('fct_activities') }}
),

rules as (
    select follow_up_due_soon_days
    from {{ ref('sales_rules') }}
    where rule_set = 'default'
),

from_notes as (
    select
        'note' as follow_up_source,
        note_key as record_key,
        customer_key,
        account_key,
        staff_key,
        written_at as asked_at,
        written_date as asked_date,
        action_phrase_text,
        date_phrase_text,
        date_status,
        follow_up_from_date as from_date,
        follow_up_due_date as due_date,
        cast(null as timestamp) as task_done_at
    from notes
),

from_tasks as (
    select
        'task' as follow_up_source,
        activity_key as record_key,
        customer_key,
        account_key,
        staff_key,
        occurred_at as asked_at,
        occurred_date as asked_date,
        activity_text as action_phrase_text,
        cast(null as {{ dbt.type_string() }}) as date_phrase_text,
        case when task_due_date is null then 'none' else 'dated' end as date_status,
        occurred_date as from_date,
        task_due_date as due_date,
        task_done_at
    from activities
    where activity_type = 'task'
),

asked as (
    select * from from_notes
    union all
    select * from from_tasks
),

contacts_after as (
    select
        from_notes.record_key,
        min(activities.occurred_at) as contacted_at
    from from_notes
    inner join activities
        on
            from_notes.customer_key = activities.customer_key
            and from_notes.asked_at < activities.occurred_at
    where activities.is_contact and from_notes.customer_key <> 'unknown'
    group by from_notes.record_key
),

judged as (
    select
        asked.*,
        coalesce(asked.task_done_at, contacts_after.contacted_at) as done_at,
        {{ to_business_date('coalesce(asked.task_done_at, contacts_after.contacted_at)') }}
            as done_date,
        rules.follow_up_due_soon_days
    from asked
    cross join rules
    left join contacts_after
        on
            asked.follow_up_source = 'note'
            and asked.record_key = contacts_after.record_key
),

final as (
    select
        {{ surrogate_key(['follow_up_source', 'record_key']) }} as follow_up_key,
        {{ as_of_date() }} as as_of_date,
        follow_up_source,
        case when follow_up_source = 'note' then record_key end as note_key,
        case when follow_up_source = 'task' then record_key end as activity_key,
        customer_key,
        account_key,
        staff_key,
        asked_date,
        action_phrase_text,
        date_phrase_text,
        date_status,
        from_date as follow_up_from_date,
        due_date as follow_up_due_date,
        done_at is not null as is_follow_up_done,
        done_date as follow_up_done_date,
        case when due_date is not null and done_date is not null then done_date <= due_date end
            as is_follow_up_in_time,
        case
            when done_at is not null then 'done'
            when due_date is null then 'undated'
            when due_date < {{ as_of_date() }} then 'overdue'
            when due_date <= {{ days_after(as_of_date(), 'follow_up_due_soon_days') }}
                then 'due_soon'
            else 'planned'
        end as follow_up_status,
        case
            when done_at is null and due_date < {{ as_of_date() }}
                then cast({{ days_between('due_date', as_of_date()) }} as integer)
        end as days_overdue
    from judged
)

select * from final
