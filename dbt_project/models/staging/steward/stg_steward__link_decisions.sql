with
source as (
    {{ latest_rows(
        source('steward', 'link_decisions'),
        key=['decision', 'source_a', 'source_record_id_a', 'source_b', 'source_record_id_b'],
        order_by=['decided_at'],
        where=up_to_as_of('decided_at')
    ) }}
),

final as (
    select
        decision,
        source_a,
        source_record_id_a,
        source_b,
        source_record_id_b,
        {{ clean_text('reason') }} as reason,
        {{ clean_text('decided_by') }} as decided_by,
        decided_at
    from source
)

select * from final
