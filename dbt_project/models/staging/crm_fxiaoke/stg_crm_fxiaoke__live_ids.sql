with
source as (
    {{ latest_rows(source('crm_fxiaoke', 'live_ids'), key=['object', 'record_id']) }}
),

final as (
    select
        object,
        record_id,
        _loaded_at as landed_at
    from source
)

select * from final
