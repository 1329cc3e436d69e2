with
people as (
    select * from {{ ref('int_identity_people') }}
),

final as (
    select
        source,
        source_record_id,
        full_name as record_name,
        first_seen_at,
        is_test,
        is_linkable
    from people
)

select * from final
