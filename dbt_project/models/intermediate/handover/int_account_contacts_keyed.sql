-- Who works for which company, of those whom the CRM systems still know.
with

people as (
    select * from {{ ref('int_crm_people') }}
),

deleted_records as (
    select
        source,
        source_record_id
    from {{ ref('int_identity_deleted_records') }}
),

final as (
    select
        people.person_record_key,
        people.account_key,
        people.customer_key
    from people
    left join deleted_records
        on
            people.source_system || '.' || people.object = deleted_records.source
            and people.record_id = deleted_records.source_record_id
    where
        people.object = 'contacts'
        and people.account_key is not null
        and deleted_records.source_record_id is null
)

select * from final
