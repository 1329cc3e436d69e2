with
source as (
    {{ latest_rows(
        source('social', 'interactions'),
        key=['interaction_id'],
        where=up_to_as_of('occurred_at')
    ) }}
),

final as (
    select
        interaction_id,
        platform,
        profile_id,
        platform as channel_id,
        kind as interaction_kind,
        {{ clean_text('body') }} as body_text,
        occurred_at
    from source
)

select * from final
