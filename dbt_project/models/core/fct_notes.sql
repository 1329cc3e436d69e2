with

notes as (
    select * from {{ ref('int_notes_keyed') }}
),

accounts as (
    select account_key
    from {{ ref('dim_accounts') }}
),

staff as (
    select staff_key
    from {{ ref('dim_staff') }}
),

final as (
    select
        notes.note_key,
        notes.customer_key,
        coalesce(accounts.account_key, 'unknown') as account_key,
        coalesce(staff.staff_key, 'unknown') as staff_key,
        notes.source_system,
        notes.note_kind,
        notes.title_text,
        notes.note_text,
        notes.written_at,
        {{ to_business_date('notes.written_at') }} as written_date
    from notes
    left join accounts
        on notes.account_key = accounts.account_key
    left join staff
        on notes.staff_key = staff.staff_key
)

select * from final
