-- The sources are rows of the var identity_sources. Deleted CRM records and test accounts stay, so
-- that facts which name them resolve to somebody, but they may not join other records together.
with
people as (
    {{ identity_input('identity_sources') }}
),

deleted_records as (
    select * from {{ ref('int_identity_deleted_records') }}
),

final as (
    select
        people.source,
        people.source_record_id,
        {%- for column in identity_columns('identity_sources') %}
        people.{{ column }},
        {%- endfor %}
        people.first_seen_at,
        people.observed_at,
        people.is_test,
        not people.is_test and deleted_records.source_record_id is null as is_linkable
    from people
    left join deleted_records
        on
            people.source = deleted_records.source
            and people.source_record_id = deleted_records.source_record_id
)

select * from final
