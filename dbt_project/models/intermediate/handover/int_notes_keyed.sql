{#- A table: looking for all the names in every text once is dear enough. -#}
{{ config(materialized='table') }}

-- Notes on contacts, and the texts of sales records. The names of the customer, of the colleagues
-- at the same company and of whoever wrote the note go; so do names that introduce themselves.
with

zoho_notes as (
    select * from {{ ref('stg_crm_zoho__notes') }}
),

sales_records as (
    select * from {{ ref('stg_crm_fxiaoke__active_records') }}
),

people as (
    select
        *,
        row_number() over (partition by source_system, record_id order by object) as choice
    from {{ ref('int_crm_people') }}
),

staff_names as (
    select * from {{ ref('int_crm_staff_names') }}
),

notes as (
    select
        'crm_zoho' as source_system,
        'note' as note_kind,
        note_id,
        contact_id,
        owner_id,
        note_title as title,
        note_content as content,
        created_at as written_at
    from zoho_notes
    union all
    select
        'crm_fxiaoke' as source_system,
        'sales_record' as note_kind,
        activity_id as note_id,
        contact_id,
        owner_id,
        null as title,
        content,
        occurred_at as written_at
    from sales_records
    where content is not null
),

redacted_notes as (
    {{ with_redacted_texts('notes', ['title', 'content']) }}
),

final as (
    select
        {{ surrogate_key(['notes.source_system', 'notes.note_kind', 'notes.note_id']) }}
            as note_key,
        notes.source_system,
        notes.note_kind,
        coalesce(people.customer_key, 'unknown') as customer_key,
        people.account_key,
        case
            when notes.owner_id is not null
                then {{ staff_key('notes.source_system', 'notes.owner_id') }}
        end as staff_key,
        {{ redact_names(
            redact_mentions(redact_introductions('notes.redacted_title')),
            "concat_ws(chr(10), people.full_names, staff_names.full_name)"
        ) }} as title_text,
        {{ redact_names(
            redact_mentions(redact_introductions('notes.redacted_content')),
            "concat_ws(chr(10), people.full_names, staff_names.full_name)"
        ) }} as note_text,
        notes.written_at
    from redacted_notes as notes
    left join people
        on
            notes.source_system = people.source_system
            and notes.contact_id = people.record_id
            and people.choice = 1
    left join staff_names
        on
            notes.source_system = staff_names.source_system
            and notes.owner_id = staff_names.user_id
)

select * from final
