-- written by `make publish-models` from core/dim_channels.yml
{{ config(
    alias='dim_channels',
    meta={'order_by': ['channel_id']}
) }}

select
    channel_id,
    is_unknown,
    channel_name,
    channel_name_zh,
    channel_group
from {{ ref('dim_channels') }}
