-- A channel of the seed `channels` that a consent can name but that covers nothing would let a
-- withdrawal for `any` channel pass it by.
with

channels as (
    select channel_id
    from {{ ref('channels') }}
),

consent_channels as (
    select
        consented_channel_id,
        channel_id
    from {{ ref('consent_channels') }}
)

select channels.channel_id
from channels
left join consent_channels as itself
    on
        channels.channel_id = itself.consented_channel_id
        and channels.channel_id = itself.channel_id
left join consent_channels as under_any
    on
        channels.channel_id = under_any.channel_id
        and under_any.consented_channel_id = 'any'
where
    (channels.channel_id <> 'any' and itself.channel_id is null)
    or (channels.channel_id not in ('any', 'unknown') and under_any.channel_id is null)
