with
source as (
    {{ latest_rows(
        source('social', 'profiles'),
        key=['platform', 'profile_id'],
        order_by=['updated_at'],
        where=up_to_as_of('updated_at')
    ) }}
),

final as (
    select
        platform,
        profile_id,
        {{ clean_text('unionid') }} as unionid,
        {{ clean_text('nickname') }} as nickname,
        {{ clean_text('mobile') }} as mobile,
        {{ known_gender('gender') }} as gender,
        {{ clean_text('city') }} as city,
        {{ clean_text('country') }} as country,
        followed_at,
        updated_at
    from source
)

select * from final
