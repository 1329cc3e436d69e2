with

channels as (
    select * from {{ ref('channels') }}
),

final as (
    select
        channel_id,
        channel_id = 'unknown' as is_unknown,
        channel_name,
        channel_name_zh,
        channel_group
    from channels
)

select * from final
