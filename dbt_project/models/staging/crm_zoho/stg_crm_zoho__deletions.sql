with
source as (
    {{ latest_rows(
        source('crm_zoho', 'deletions'),
        key=['object', 'record_id', 'event', 'happened_at'],
        where=up_to_as_of('happened_at')
    ) }}
),

final as (
    select
        object,
        record_id,
        event as deletion_event,
        happened_at
    from source
)

select * from final
