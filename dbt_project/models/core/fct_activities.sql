-- A task is a plan: it becomes done, it is no contact with the customer.
with

activities as (
    select * from {{ ref('int_activities_keyed') }}
),

activity_types as (
    select * from {{ ref('activity_types') }}
),

accounts as (
    select account_key
    from {{ ref('dim_accounts') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

judged as (
    select
        *,
        case
            when source_activity_type = 'Task'
                then coalesce(lower(task_status) in ('completed', '已完成'), false)
        end as is_task_done
    from activities
),

final as (
    select
        judged.activity_key,
        judged.customer_key,
        coalesce(accounts.account_key, 'unknown') as account_key,
        coalesce(staff.staff_key, 'unknown') as staff_key,
        judged.opportunity_key,
        judged.source_system,
        coalesce(activity_types.activity_type, 'other') as activity_type,
        coalesce(activity_types.is_contact, false) as is_contact,
        coalesce(activity_types.is_response, false) as is_response,
        judged.activity_text,
        judged.occurred_at,
        {{ to_business_date('judged.occurred_at') }} as occurred_date,
        judged.duration_seconds,
        judged.is_task_done,
        judged.task_due_date,
        case when judged.is_task_done then coalesce(judged.closed_at, judged.modified_at) end
            as task_done_at
    from judged
    left join activity_types
        on judged.source_activity_type = activity_types.source_activity_type
    left join accounts
        on judged.account_key = accounts.account_key
    left join staff
        on judged.staff_key = staff.staff_key
)

select * from final
