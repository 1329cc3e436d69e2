with

interactions as (
    select * from {{ ref('int_social_interactions_keyed') }}
),

channels as (
    select channel_id
    from {{ ref('dim_channels') }}
),

final as (
    select
        interactions.interaction_id,
        interactions.customer_key,
        coalesce(channels.channel_id, 'unknown') as channel_id,
        interactions.interaction_kind,
        interactions.body_text,
        interactions.occurred_at,
        interactions.occurred_date
    from interactions
    left join channels
        on interactions.channel_id = channels.channel_id
)

select * from final
